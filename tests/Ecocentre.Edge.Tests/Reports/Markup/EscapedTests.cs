using Ecocentre.Edge.Reports.Markup;

namespace Ecocentre.Edge.Tests.Reports.Markup;

public sealed class EscapedTests
{
    [Fact]
    public void Text_cannot_become_markup_nor_turn_what_is_read()
    {
        Assert.Equal("&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;", Escaped.Xml("<b a=\"1\" c='2'>&amp;"));
        Assert.Equal("a[U+202E]b[U+0007]c\uFFFD", Escaped.Xml("a\u202Eb\u0007c\uDC00"));
        Assert.Equal("מרכז 😀", Escaped.Xml("מרכז 😀"));
        Assert.Equal("", Escaped.Xml(null));
    }

    [Fact]
    public void Text_in_a_style_sheet_ends_neither_its_string_nor_the_sheet() =>
        Assert.Equal("\"é \\000022 \\00003b \\00003c \\00002f style\\00003e \"", Escaped.Css("é \";</style>"));

    [Fact]
    public void Holes_are_text_and_fragments_are_not()
    {
        var html = new Html();
        html.Add($"<p>{"<i>"}{new Fragment("<i>x</i>")}{new Name("n")}{3}{1.004}</p>");
        Assert.Equal("<p>&lt;i&gt;<i>x</i><bdi>n</bdi>31</p>", html.ToString());
    }
}
