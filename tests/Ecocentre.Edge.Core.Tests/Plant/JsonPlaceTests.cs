using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Core.Tests.Plant;

public sealed class JsonPlaceTests
{
    private static readonly Dictionary<string, int> Parities = new() { ["none"] = 0, ["even"] = 1, ["odd"] = 2 };

    private readonly List<Mistake> _mistakes = [];

    [Fact]
    public void A_right_file_yields_its_values_and_no_mistake()
    {
        var root = Parse("""
            { // comments and trailing commas are allowed
              "$schema": "x.json",
              "name": "main", "unit": 7, "scale": 0.1, "on": true, "timeout": "1.5s", "parity": "even",
              "list": [1, 2], "map": { "a.b": "x" }, "nested": { "inner": { "n": -3 } },
            }
            """);
        Assert.Equal("main", root["name"].Name());
        Assert.Equal(7, root["unit"].Integer(1, 247));
        Assert.Equal(0.1, root["scale"].Number());
        Assert.True(root["on"].Flag());
        Assert.Equal(TimeSpan.FromMilliseconds(1500), root["timeout"].Duration());
        Assert.Equal(1, root["parity"].Word(Parities));
        Assert.Equal([1, 2], root["list"].Items(countMin: 2).Select(i => i.Integer()));
        Assert.Equal("x", root["map"].Members().Single().Value.Text());
        Assert.Equal(-3, root["nested"]["inner"]["n"].Integer());
        Assert.Null(root.Optional("absent"));
        root.Done();
        Assert.Empty(_mistakes);
    }

    [Theory]
    [InlineData("""{ "name": "a\ud800b" }""")]
    [InlineData("""{ "\udc00": 1 }""")]
    [InlineData("""{ "list": [ { "x": ["\ud83d"] } ] }""")]
    public void Half_a_character_is_a_mistake_and_not_a_crash(string text)
    {
        var mistakes = new List<Mistake>();
        Assert.Null(JsonPlace.Parse("site.json", text, mistakes));
        Assert.Contains("half a character", Assert.Single(mistakes).Problem);
    }

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("0.5s", 500)]
    [InlineData("15min", 900_000)]
    [InlineData("15 min", 900_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("7d", 604_800_000)]
    public void A_duration_carries_its_unit(string text, double milliseconds)
    {
        Assert.Equal(milliseconds, Parse($$"""{"t":"{{text}}"}""")["t"].Duration().TotalMilliseconds);
        Assert.Empty(_mistakes);
    }

    [Theory]
    [InlineData("\"5\"")]
    [InlineData("5")]
    [InlineData("\"5m\"")]
    [InlineData("\"-5s\"")]
    [InlineData("\"0s\"")]
    [InlineData("\"1e3s\"")]
    [InlineData("\"99999999999d\"")]
    [InlineData("\"1..5s\"")]
    public void A_duration_without_unit_or_not_above_zero_is_a_mistake(string json)
    {
        Parse($$"""{"t":{{json}}}""")["t"].Duration();
        Assert.Contains("500ms", Assert.Single(_mistakes).Remedy);
    }

    [Fact]
    public void Every_mistake_is_listed_with_its_place_and_remedy()
    {
        var root = Parse("""
            { "buses": [ {}, { "devices": [ { "unit": "7", "name": "Main Meter", "parity": "evn", "on": 1, "n": 300,
                                              "points": { "voltage.l1": { "min": null } } } ] } ],
              "baudd": 9600 }
            """);
        var device = root["buses"].Items()[1]["devices"].Items()[0];
        Assert.Equal(0, device["unit"].Integer(1, 247));
        Assert.Equal("main-meter", device["name"].Name());
        device["parity"].Word(Parities);
        device["on"].Flag();
        device["n"].Number(0, 247.5);
        device["points"].Members().Single().Value["min"].Number();
        device["model"].Text();
        root.Optional("baud");
        root.Done();
        Assert.Equal(
        [
            "site.json: $.buses[1].devices[0].unit: is \"7\". Write a whole number from 1 to 247.",
            "site.json: $.buses[1].devices[0].name: \"Main Meter\" is no name: 1 to 64 of a-z, 0-9, dash and dot, "
                + "with a letter or digit at both ends. Write \"main-meter\".",
            "site.json: $.buses[1].devices[0].parity: is \"evn\", which is not one of \"none\", \"even\", \"odd\". Did you mean \"even\"?",
            "site.json: $.buses[1].devices[0].on: is 1. Write true or false.",
            "site.json: $.buses[1].devices[0].n: is 300. Write a number from 0 to 247.5.",
            "site.json: $.buses[1].devices[0].points['voltage.l1'].min: is null. Write a number.",
            "site.json: $.buses[1].devices[0].model: is missing. Add a text, not empty, in double quotes.",
            "site.json: $.baudd: is not known here. Did you mean \"baud\"?",
        ], _mistakes.Select(m => m.ToString()));
    }

    [Fact]
    public void A_missing_object_is_one_mistake_however_much_is_read_below_it()
    {
        var root = Parse("{}");
        root["serial"]["baud"].Integer();
        root["serial"]["deep"]["deeper"].Items();
        Assert.Equal("$.serial", Assert.Single(_mistakes).Path);
    }

    [Fact]
    public void A_place_read_twice_reports_its_mistake_once()
    {
        var root = Parse("""{"n":"x"}""");
        root["n"].Integer();
        root["n"].Integer();
        Assert.Single(_mistakes);
    }

    [Fact]
    public void Unknown_keys_are_listed_with_what_is_known()
    {
        var root = Parse("""{"host":"a","zzz":1}""");
        root["host"].Text();
        root.Optional("port");
        root.Done();
        Assert.Equal("Remove it; known are host, port.", Assert.Single(_mistakes).Remedy);
    }

    [Fact]
    public void An_object_nobody_looked_into_is_not_searched_for_unknown_keys()
    {
        var root = Parse("""{"notes":{"anything":1}}""");
        root.Optional("notes");
        root.Done();
        Assert.Empty(_mistakes);
    }

    [Fact]
    public void Duplicate_keys_are_mistakes_at_any_depth()
    {
        Parse("""{"a":[{"b.c":1,"b.c":2}],"a":3}""");
        Assert.Equal(["$.a[0]['b.c']", "$.a"], _mistakes.Select(m => m.Path));
    }

    [Fact]
    public void Broken_text_is_one_mistake_with_line_and_column()
    {
        Assert.Null(JsonPlace.Parse("site.json", "{\n  \"a\": 1\n  \"b\": 2\n}", _mistakes));
        Assert.Equal("line 3, column 3", Assert.Single(_mistakes).Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{} {}")]
    [InlineData("nonsense")]
    public void Text_that_is_no_json_never_throws(string text)
    {
        Assert.Null(JsonPlace.Parse("f", text, _mistakes));
        Assert.Single(_mistakes);
    }

    [Fact]
    public void A_root_that_is_no_object_is_a_mistake_when_read()
    {
        Parse("[]")["a"].Integer();
        Assert.Equal("$", Assert.Single(_mistakes).Path);
    }

    [Theory]
    [InlineData("unti", "unit")]
    [InlineData("regsiter", "register")]
    [InlineData("BAUD", "baud")]
    [InlineData("x", null)]
    [InlineData("mass", null)]
    public void The_nearest_word_undoes_a_typing_error(string word, string? expected) =>
        Assert.Equal(expected, JsonPlace.Nearest(word, ["unit", "register", "baud", "host"]));

    private JsonPlace Parse(string text)
    {
        var root = JsonPlace.Parse("site.json", text, _mistakes);
        Assert.NotNull(root);
        return root;
    }
}
