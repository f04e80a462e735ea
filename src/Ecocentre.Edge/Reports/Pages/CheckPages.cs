using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>How a reader checks the pack without trusting us.</summary>
internal static class CheckPages
{
    internal static void Write(Page page)
    {
        var html = page.Html;
        page.Open("check", Vocabulary.CheckHeading);
        html.Add($"""<p>{page.Say(Vocabulary.CheckIntro)}</p><ol class="steps">""");
        Step(page, Vocabulary.CheckPack, $"sha256sum {Quoted(page.Source.PackFile)}");
        Step(page, Vocabulary.CheckSums, $"unzip -d pack {Quoted(page.Source.PackFile)}\ncd pack\nsha256sum -c SHA256SUMS");
        Step(page, Vocabulary.CheckSignature, "openssl dgst -sha256 -verify public-key.pem -signature SHA256SUMS.sig SHA256SUMS");
        Step(page, Vocabulary.CheckKey, "openssl pkey -pubin -in public-key.pem -outform DER | sha256sum");
        Step(page, Vocabulary.CheckVerdict, null);
        Step(page, Vocabulary.CheckAll, $"ecocentre-edge evidence verify {Quoted(page.Source.PackFile)}");
        html.Add($"</ol><p>{page.Say(Vocabulary.CheckpointText)}</p><pre>{page.Source.Checkpoint}</pre>");
        page.Close();
    }

    private static void Step(Page page, Phrase text, string? command)
    {
        page.Html.Add($"<li>{page.Say(text)}");
        if (command is not null) page.Html.Add($"<pre>{command}</pre>");
        page.Html.Add($"</li>\n");
    }

    /// <summary>A file name as a shell takes it for one word, whatever is in it.</summary>
    private static string Quoted(string file) =>
        file.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && !file.StartsWith('-') ? file
            : $"'./{file.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
