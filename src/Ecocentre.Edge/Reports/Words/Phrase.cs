using System.Globalization;

namespace Ecocentre.Edge.Reports.Words;

/// <summary>One thing to say, in every language of a report. <c>{0}</c> and so on stand for what is filled in.</summary>
internal readonly record struct Phrase(string English, string French)
{
    internal string In(Language language) => language == Language.French ? French : English;

    internal string In(Language language, params ReadOnlySpan<object?> holes) => string.Format(CultureInfo.InvariantCulture, In(language),
        holes);
}
