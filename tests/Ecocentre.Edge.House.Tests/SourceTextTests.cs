namespace Ecocentre.Edge.House.Tests;

/// <summary>The rules stand on this reading of C#: what is code, what is comment, what is text.</summary>
public sealed class SourceTextTests
{
    [Theory]
    [InlineData("a // class B\nc", "a           \nc")]
    [InlineData("a /* b\n c */ d", "a     \n      d")]
    [InlineData("x = \"class // no\"; y", "x =              ; y")]
    [InlineData("x = \"\\\"\"; y", "x =     ; y")]
    [InlineData("x = @\"a\"\"b\\\"; y", "x =         ; y")]
    [InlineData("x = \"\"; y", "x =   ; y")]
    [InlineData("x = $\"{(a ? \"}\" : \"b\")} c\"; y", "x =                       ; y")]
    [InlineData("x = \"\"\"a \"b\" // c\"\"\"; y", "x =                 ; y")]
    [InlineData("c = '\"'; d = '\\''; e", "c =    ; d =     ; e")]
    public void Literals_and_comments_are_blanked_in_place(string text, string code) => Assert.Equal(code, SourceText.Parse(text).Code);

    [Fact]
    public void Comments_are_kept_with_their_line()
    {
        var source = SourceText.Parse("int a; // one\n/* two\n three */ int b; /// four");
        Assert.Equal([(1, "// one"), (2, "/* two\n three */"), (3, "/// four")], source.Comments);
    }
}
