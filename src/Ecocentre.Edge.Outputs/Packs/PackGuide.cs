using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>What stands in <c>README.txt</c> and <c>LISEZMOI.txt</c>: what a pack is, and how to check it by hand.</summary>
internal static class PackGuide
{
    internal static byte[] English(PackAbout about, PackExample? example) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
        EVIDENCE PACK
        Centre {about.Centre} ({about.Name}), from {about.From:yyyy-MM-dd} to {about.To:yyyy-MM-dd}, local days of {about.Zone}, both included.

        What the building's gateway measured, what it was judged by and what judging gave; so that you need not believe whoever gives it to you.

        WHAT IS IN IT
          verdicts.csv, verdicts.json   what judging gave, each with its leaf
          windows/POINT.csv             what was measured: 15 minutes (15m), hours (1h), local days (1d); minutes (1m) where a criterion judges by them.
                                        Columns: length, start (UTC), revision, count of readings, min, max, mean, last, delta (counters: growth; states:
                                        seconds on), coverage (0 to 1). Empty: not known.
          incidents.csv                 what weakens the evidence
          instruments.csv, entries.csv  instruments, calibrations, exchanges; what was entered by hand and corrected
          configuration/                site, label profile, factors and facts of that time, each under its SHA-256
          leaves.jsonl                  the sealed facts, one a line; more-leaves.jsonl: others that belong to them, with their index
          leaf-hashes.bin               hashes of all {about.CheckpointSize} leaves of the gateway's tree
          checkpoint.txt                the signed head of that tree
          keys.txt, public-key.pem      the public keys
          SHA256SUMS, SHA256SUMS.sig    digests of all files, and their signature

        CHECK IT WITH THE PROGRAM
          ecocentre-edge evidence verify PACK --key public-key.pem     with the key you were given before, not the one in the pack
          ecocentre-edge evidence verify PACK --since checkpoint.txt   with a checkpoint you kept from earlier: nothing was taken out since

        CHECK IT BY HAND, after unzipping, in the folder of the files
        1. Every file is the one that was signed:
             sha256sum -c SHA256SUMS
        2. The list was signed with the key:
             openssl dgst -sha256 -verify public-key.pem -signature SHA256SUMS.sig SHA256SUMS
        3. The key is the centre's. Compare this with what the centre published, or `ecocentre-edge evidence key` shows:
             openssl pkey -pubin -in public-key.pem -outform DER | sha256sum
        4. A day's windows are those that were sealed: of a line of leaves.jsonl with "leaf":"block", "windows" tells count and SHA-256 of that day's lines
           in windows/POINT.csv.
        5. A sealed line belongs to the tree: its hash stands in leaf-hashes.bin at 32 times its index (the first line of leaves.jsonl has index
           {about.FirstLeaf}):
             (printf '\0'; sed -n 1p leaves.jsonl | tr -d '\n') | sha256sum
             tail -c +{32 * about.FirstLeaf + 1} leaf-hashes.bin | head -c 32 | od -An -v -tx1 | tr -d ' \n'
           The tree over all these hashes (RFC 6962) has the root that checkpoint.txt tells, in base64, in its third line.
        6. A verdict follows from the windows.
        {(example is null ? EnglishNone : EnglishExample(example))}
        WHAT IS NOT IN IT
        Single desks: who sat where is kept for a day at the most and never leaves the gateway. Minutes of other quantities: they are rounded and only
        committed to. Windows before {about.WindowsDay:yyyy-MM-dd} (UTC), but for what judging looks back upon: {(about.LookBack.IsEmpty
            ? "nothing" : string.Join(", ", about.LookBack))}.

        Written by {about.Program}. Format 1.

        """));

    internal static byte[] French(PackAbout about, PackExample? example) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
        DOSSIER DE PREUVES
        Centre {about.Centre} ({about.Name}), du {about.From:yyyy-MM-dd} au {about.To:yyyy-MM-dd}, jours locaux de {about.Zone}, les deux inclus.

        Ce que la passerelle du bâtiment a mesuré, selon quoi il a été jugé et ce que le jugement a donné ; pour que vous n'ayez à croire personne.

        CE QU'IL CONTIENT
          verdicts.csv, verdicts.json   les verdicts, chacun avec sa feuille
          windows/POINT.csv             les mesures : 15 minutes (15m), heures (1h), jours locaux (1d) ; minutes (1m) là où un critère juge à la minute.
                                        Colonnes : durée, début (UTC), révision, nombre de lectures, min, max, moyenne, dernière valeur, delta (compteurs :
                                        croissance ; états : secondes en marche), couverture (0 à 1). Vide : inconnu.
          incidents.csv                 ce qui affaiblit la preuve
          instruments.csv, entries.csv  instruments, étalonnages, échanges ; saisies manuelles et leurs corrections
          configuration/                site, profil du label, facteurs et faits de l'époque, chacun sous son SHA-256
          leaves.jsonl                  les faits scellés, un par ligne ; more-leaves.jsonl : d'autres qui s'y rattachent, avec leur index
          leaf-hashes.bin               les empreintes des {about.CheckpointSize} feuilles de l'arbre de la passerelle
          checkpoint.txt                la tête signée de cet arbre
          keys.txt, public-key.pem      les clés publiques
          SHA256SUMS, SHA256SUMS.sig    les empreintes de tous les fichiers, et leur signature

        VÉRIFIER AVEC LE PROGRAMME
          ecocentre-edge evidence verify DOSSIER --key public-key.pem     avec la clé reçue auparavant, pas celle du dossier
          ecocentre-edge evidence verify DOSSIER --since checkpoint.txt   avec une tête conservée d'autrefois : rien n'a été retiré depuis

        VÉRIFIER À LA MAIN, après décompression, dans le répertoire des fichiers
        1. Chaque fichier est celui qui a été signé :
             sha256sum -c SHA256SUMS
        2. La liste a été signée avec la clé :
             openssl dgst -sha256 -verify public-key.pem -signature SHA256SUMS.sig SHA256SUMS
        3. La clé est celle du centre. Comparez avec ce que le centre a publié, ou que montre `ecocentre-edge evidence key` :
             openssl pkey -pubin -in public-key.pem -outform DER | sha256sum
        4. Les mesures d'un jour sont celles qui ont été scellées : dans une ligne de leaves.jsonl avec "leaf":"block", "windows" donne le nombre et le
           SHA-256 des lignes de ce jour dans windows/POINT.csv.
        5. Une ligne scellée appartient à l'arbre : son empreinte se trouve dans leaf-hashes.bin à 32 fois son index (la première ligne de leaves.jsonl
           a l'index {about.FirstLeaf}) :
             (printf '\0'; sed -n 1p leaves.jsonl | tr -d '\n') | sha256sum
             tail -c +{32 * about.FirstLeaf + 1} leaf-hashes.bin | head -c 32 | od -An -v -tx1 | tr -d ' \n'
           L'arbre sur toutes ces empreintes (RFC 6962) a la racine que donne, en base64, la troisième ligne de checkpoint.txt.
        6. Un verdict découle des mesures.
        {(example is null ? FrenchNone : FrenchExample(example))}
        CE QU'IL NE CONTIENT PAS
        Les bureaux un par un : qui était assis où se garde un jour au plus et ne quitte jamais la passerelle. Les minutes des autres grandeurs : arrondies,
        seulement engagées. Les mesures d'avant le {about.WindowsDay:yyyy-MM-dd} (UTC), sauf ce que le jugement regarde en arrière : {(about.LookBack.IsEmpty
            ? "rien" : string.Join(", ", about.LookBack))}.

        Écrit par {about.Program}. Format 1.

        """));

    private const string EnglishNone = """
           In this pack none follows from one file alone; `ecocentre-edge evidence verify` judges all of them again.

        """;

    private const string FrenchNone = """
           Dans ce dossier aucun ne découle d'un seul fichier ; `ecocentre-edge evidence verify` les juge tous à nouveau.

        """;

    private static string EnglishExample(PackExample example) => string.Create(CultureInfo.InvariantCulture, $"""
           {example.Criterion} of {example.Period} says {example.Value:R} kg/m². It is the energy of that time, times {example.Factor} kg CO2e for each kWh, by
           {example.AreaSquareMetres} m², by the share of a year. Open {PackNames.Windows(example.Point)} in a spreadsheet, with commas between columns, and
           write into a cell (semicolons instead of commas where your country uses them):
             {example.Formula}
           or in a shell:
             {example.Awk}

        """);

    private static string FrenchExample(PackExample example) => string.Create(CultureInfo.InvariantCulture, $"""
           {example.Criterion} de {example.Period} dit {example.Value:R} kg/m². C'est l'énergie de ce temps, fois {example.Factor} kg CO2e par kWh, par
           {example.AreaSquareMetres} m², par la part d'une année. Ouvrez {PackNames.Windows(example.Point)} dans un tableur, colonnes séparées par des
           virgules, et écrivez dans une cellule (SOMME.SI.ENS et des points-virgules en français) :
             {example.Formula}
           ou dans un terminal :
             {example.Awk}

        """);
}
