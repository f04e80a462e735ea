// A line for each test, what failed in full, what was measured, and the sum that tests/run reads.
export default async function* report(events) {
  let passed = 0;
  let failed = 0;
  const measured = [];
  for await (const { type, data } of events) {
    // A file counts only when it could not be run at all.
    const isFile = data?.details?.type === 'suite' || /\.test\.mjs$/.test(data?.name ?? '');
    if (type === 'test:pass' && !isFile && data.skip === undefined) {
      passed++;
      yield `ok ${data.name} (${Math.round(data.details.duration_ms)} ms)\n`;
    } else if (type === 'test:fail' && !(isFile && data.details.error?.failureType === 'subtestsFailed')) {
      failed++;
      const error = data.details.error?.cause ?? data.details.error;
      yield `not ok ${data.name}\n${String(error?.stack ?? error).replace(/^/gm, '    ')}\n`;
    } else if (type === 'test:stderr' || type === 'test:stdout') {
      if (data.message.startsWith('measured: ')) measured.push(data.message);
      else yield data.message;
    }
  }
  yield measured.join('');
  yield `${passed} passed, ${failed} failed\n`;
}
