namespace Ecocentre.Edge.House.Tests;

/// <summary>A C# source taken apart: its code with comments and literals blanked out, character by character in place, and its comments.</summary>
internal sealed class SourceText
{
    private readonly string _text;
    private readonly char[] _code;
    private readonly List<(int Line, string Text)> _comments = [];
    private int _at;

    private SourceText(string text)
    {
        _text = text;
        _code = text.ToCharArray();
        Walk(untilBrace: false);
        Code = new string(_code);
    }

    /// <summary>As long as the source, with the same lines.</summary>
    public string Code { get; }

    /// <summary>Each comment with its marks, and the line it begins on, counted from 1.</summary>
    public IReadOnlyList<(int Line, string Text)> Comments => _comments;

    public static SourceText Parse(string text) => new(text);

    public int LineOf(int index) => 1 + _text.AsSpan(0, index).Count('\n');

    private bool At(string token) => string.CompareOrdinal(_text, _at, token, 0, token.Length) == 0;

    private void Walk(bool untilBrace)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            if (At("//")) Comment("\n", 0);
            else if (At("/*")) Comment("*/", 2);
            else if (_text[_at] is '"' or '$' or '@' && StartsLiteral()) Literal();
            else if (_text[_at] == '\'') Character();
            else
            {
                if (_text[_at] == '{') depth++;
                if (_text[_at] == '}' && depth-- == 0 && untilBrace) return;
                _at++;
            }
        }
    }

    private void Comment(string end, int endLength)
    {
        var found = _text.IndexOf(end, _at + 2, StringComparison.Ordinal);
        var stop = found < 0 ? _text.Length : found + endLength;
        _comments.Add((LineOf(_at), _text[_at..stop]));
        Blank(stop);
    }

    private bool StartsLiteral()
    {
        var i = _at;
        while (i < _text.Length && _text[i] is '$' or '@') i++;
        return i < _text.Length && _text[i] == '"';
    }

    private void Literal()
    {
        var begin = _at;
        while (_text[_at] != '"') _at++;
        var interpolated = _text.AsSpan(begin, _at - begin).Contains('$');
        var verbatim = _text.AsSpan(begin, _at - begin).Contains('@');
        var quotes = 0;
        while (_at + quotes < _text.Length && _text[_at + quotes] == '"') quotes++;
        if (!verbatim && quotes >= 3)
        {
            var end = _text.IndexOf(new string('"', quotes), _at + quotes, StringComparison.Ordinal);
            Blank(begin, end < 0 ? _text.Length : end + quotes);
            while (_at < _text.Length && _text[_at] == '"') Blank(_at + 1);
            return;
        }
        _at++;
        while (_at < _text.Length)
        {
            if (verbatim && At("\"\"")) _at += 2;
            else if (!verbatim && _text[_at] == '\\') _at += 2;
            else if (interpolated && (At("{{") || At("}}"))) _at += 2;
            else if (interpolated && _text[_at] == '{') { _at++; Walk(untilBrace: true); }
            else if (_text[_at++] == '"') break;
        }
        Blank(begin, Math.Min(_at, _text.Length));
    }

    private void Character()
    {
        var begin = _at++;
        while (_at < _text.Length && _text[_at] != '\'') _at += _text[_at] == '\\' ? 2 : 1;
        Blank(begin, Math.Min(_at + 1, _text.Length));
    }

    private void Blank(int stop) => Blank(_at, stop);

    private void Blank(int begin, int stop)
    {
        for (var i = begin; i < stop; i++)
            if (_code[i] != '\n') _code[i] = ' ';
        _at = stop;
    }
}
