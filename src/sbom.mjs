// What a published program is made of, with licences: a CycloneDX 1.6 document for machines, and a page for people.
//   node src/sbom.mjs FOLDER               writes FOLDER/ecocentre-edge.cdx.json beside what `dotnet publish` left there (which calls this)
//   node src/sbom.mjs FOLDER --licences    prints src/LICENCES.md, to be kept
// From ecocentre-edge.deps.json (what the runtime loads), the .nuspec of each package, and the dashboard's package-lock.json. The same input gives the
// same bytes: no time, and a serial number made of the content. Fails when a package does not say under which licence it is.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [folder, mode] = process.argv.slice(2);
if (!folder || !existsSync(join(folder, 'ecocentre-edge.deps.json'))) {
  console.error('Try: dotnet publish src/Ecocentre.Edge -c Release -o FOLDER && node src/sbom.mjs FOLDER');
  process.exit(2);
}

// Packages whose nuspec names a file instead of a licence, as that file reads.
const read = new Map([
  ['SourceGear.sqlite3', 'blessing'],
  // The runtime's own packages: LICENSE.TXT of dotnet/runtime and dotnet/aspnetcore.
  ['Microsoft.NETCore.App.Runtime', 'MIT'], ['Microsoft.AspNetCore.App.Runtime', 'MIT'],
]);

const nuget = nugetComponents();
const npm = npmComponents();
if (mode === '--licences') process.stdout.write(page());
else writeFileSync(join(folder, 'ecocentre-edge.cdx.json'), `${JSON.stringify(document(), null, 1)}\n`);

function nugetComponents() {
  const deps = JSON.parse(readFileSync(join(folder, 'ecocentre-edge.deps.json'), 'utf8'));
  const target = deps.targets[deps.runtimeTarget.name];
  const found = [];
  for (const [key, library] of Object.entries(deps.libraries)) {
    if (library.type !== 'package' && library.type !== 'runtimepack') continue;
    const [name, version] = key.replace(/^runtimepack\./, '').split('/');
    found.push({
      name, version, kind: 'nuget', licence: licenceOfNuget(name, version), scope: 'required', purl: `pkg:nuget/${name}@${version}`,
      sha512: /^sha512-(.+)$/.exec(library.sha512 ?? '')?.[1], needs: Object.entries(target[key]?.dependencies ?? {}).map(([n, v]) => `pkg:nuget/${n}@${v}`),
    });
  }
  return found.sort(byName);
}

function licenceOfNuget(name, version) {
  const known = read.get(name) ?? read.get(name.replace(/\.linux-\w+$/, ''));
  if (known) return known;
  const packages = process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget', 'packages');
  const place = join(packages, name.toLowerCase(), version);
  const nuspec = existsSync(place) && readdirSync(place).find((file) => file.endsWith('.nuspec'));
  const licence = nuspec && /<license type="expression">([^<]+)<\/license>/.exec(readFileSync(join(place, nuspec), 'utf8'))?.[1];
  if (!licence) fail(`${name} ${version} does not say under which licence it is: read it, and name it in src/sbom.mjs.`);
  return licence;
}

function npmComponents() {
  const lock = JSON.parse(readFileSync(join(here, 'Ecocentre.Edge.Web', 'dashboard', 'package-lock.json'), 'utf8'));
  const found = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '') continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (!entry.license) fail(`${name} ${entry.version} does not say under which licence it is.`);
    const purl = `pkg:npm/${name.replace('@', '%40')}@${entry.version}`;
    found.push({
      name, version: entry.version, kind: 'npm', licence: entry.license, scope: entry.dev ? 'excluded' : 'required', optional: entry.optional, purl,
      sha512: /^sha512-(.+)$/.exec(entry.integrity ?? '')?.[1],
      needs: Object.keys(entry.dependencies ?? {}).map((other) => lock.packages[`node_modules/${other}`] && npmPurl(other, lock)).filter(Boolean),
    });
  }
  return found.sort(byName);
}

function npmPurl(name, lock) {
  return `pkg:npm/${name.replace('@', '%40')}@${lock.packages[`node_modules/${name}`].version}`;
}

function document() {
  const version = /<Version>(.*)<\/Version>/.exec(readFileSync(join(here, 'Directory.Build.props'), 'utf8'))[1];
  const product = { type: 'application', 'bom-ref': `ecocentre-edge@${version}`, name: 'ecocentre-edge', version };
  const all = [...nuget, ...npm];
  const refs = new Set(all.map((one) => one.purl));
  const body = {
    metadata: { component: product },
    components: all.map((one) => ({
      type: one.name.includes('App.Runtime') ? 'framework' : 'library', 'bom-ref': one.purl, name: one.name, version: one.version, scope: one.scope,
      ...(one.sha512 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(one.sha512, 'base64').toString('hex') }] }),
      licenses: / (AND|OR|WITH) /.test(one.licence) ? [{ expression: one.licence }] : [{ license: { id: one.licence } }],
      purl: one.purl,
    })),
    dependencies: [
      { ref: product['bom-ref'], dependsOn: all.filter((one) => one.scope === 'required').map((one) => one.purl) },
      ...all.map((one) => ({ ref: one.purl, dependsOn: [...new Set(one.needs)].filter((need) => refs.has(need)).sort() })),
    ],
  };
  const h = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  // A name-based UUID (RFC 9562, version 8): its variant and version bits are set, the rest is the hash.
  const uuid = `${h.slice(0, 8)}-${h.slice(8, 12)}-8${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20, 32)}`;
  return { $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${uuid}`, version: 1, ...body };
}

function page() {
  const row = (one) => `| ${one.name} | ${one.version} | ${one.licence} |`;
  const table = (rows) => ['| package | version | licence |', '|---|---|---|', ...rows.map(row)].join('\n');
  const built = npm.filter((one) => one.scope === 'excluded' && !one.optional);
  return `# What the program is made of

Printed by \`node src/sbom.mjs FOLDER --licences\` from what was published; a test holds it against what is built (\`LicencesTests\`). For machines
\`dotnet publish\` leaves \`ecocentre-edge.cdx.json\` (CycloneDX 1.6) beside the program, and the Debian package has it in its documentation.

## In the program

${table(nuget.filter((one) => !one.name.includes('App.Runtime')))}

Microsoft.Extensions.Hosting and System.Security.Cryptography.Pkcs are compiled against and come with .NET. .NET 10 with ASP.NET Core (MIT) runs it: bundled in
the Debian package where its runtime can be had, else installed beside it. SourceGear.sqlite3 holds SQLite, which its authors gave to the public.

## In the pages

${table(npm.filter((one) => one.scope === 'required'))}

## Of the system

| library | licence | what for |
|---|---|---|
| libmosquitto1 | EPL-2.0 OR BSD-3-Clause | MQTT |
| libssl3 | Apache-2.0 | TLS, signatures |
| libc6, libstdc++6, libgcc-s1 | LGPL-2.1-or-later, GPL-3.0-or-later WITH GCC-exception-3.1 | all |
| tzdata | public domain | local days |

They are loaded as the system has them, and are not part of the program.

## Builds the pages, and is not in them

${table(built)}

Their builds for single machines (${npm.filter((one) => one.optional).length} packages of the same makers) stand in the CycloneDX document.
`;
}

function byName(a, b) {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function fail(words) {
  console.error(words);
  process.exit(1);
}
