using System.IO.Compression;
using System.Net;
using System.Text;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class PagesResourceTests
{
    private const string Page = "<!doctype html><title>Pages</title>";
    private static readonly string Script = string.Concat(Enumerable.Repeat("console.log('a');", 200));

    [Fact]
    public async Task Without_built_pages_the_root_says_how_to_build_them_and_everything_else_works()
    {
        await using var centre = await ShownCentre.StartAsync();
        using var answer = await centre.Client().GetAsync("/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("dashboard/build", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await centre.Client().GetAsync("/api/v1/centre")).StatusCode);
    }

    [Fact]
    public async Task Every_page_is_the_same_and_its_policy_lets_in_nothing_from_elsewhere_and_nothing_written_into_it()
    {
        await using var centre = await BuiltAsync();
        centre.Token(Roles.Viewer);
        foreach (var path in new[] { "/", "/air", "/energy", "/label", "/devices", "/display" })
        {
            using var answer = await centre.Client().GetAsync(path);
            Assert.Equal(Page, await answer.Content.ReadAsStringAsync());
            Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy);
            Assert.DoesNotContain("unsafe", policy);
            Assert.DoesNotContain("http", policy);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await centre.Client().GetAsync("/nowhere")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await centre.Client().GetAsync("/index.html")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await centre.Client().GetAsync("/assets/..%2f..%2flog.db.tokens.json")).StatusCode);
    }

    [Fact]
    public async Task Files_named_after_their_content_are_never_asked_for_again_and_come_as_they_were_compressed()
    {
        await using var centre = await BuiltAsync();
        var client = centre.Client();
        using var plain = await client.GetAsync("/assets/index-abc.js");
        Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", plain.Headers.GetValues("Cache-Control")));
        Assert.Equal("text/javascript", plain.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Script, await plain.Content.ReadAsStringAsync());
        using var asking = new HttpRequestMessage(HttpMethod.Get, "/assets/index-abc.js");
        asking.Headers.Add("Accept-Encoding", "gzip, br");
        using var packed = await client.SendAsync(asking);
        Assert.Equal("br", packed.Content.Headers.ContentEncoding.Single());
        using var unpacked = new BrotliStream(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var text = new StreamReader(unpacked);
        Assert.Equal(Script, await text.ReadToEndAsync());
        using var font = new HttpRequestMessage(HttpMethod.Get, "/assets/font-def.woff2");
        font.Headers.Add("Accept-Encoding", "gzip, br");
        using var unchanged = await client.SendAsync(font);
        Assert.Empty(unchanged.Content.Headers.ContentEncoding);
        Assert.Equal("wOF2", await unchanged.Content.ReadAsStringAsync());
        using var again = new HttpRequestMessage(HttpMethod.Get, "/assets/index-abc.js");
        again.Headers.Add("If-None-Match", plain.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, (await client.SendAsync(again)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/assets/index-abc.js.br")).StatusCode);
    }

    private static async Task<ShownCentre> BuiltAsync()
    {
        var centre = await ShownCentre.StartAsync(options: usual =>
        {
            var assets = Directory.CreateDirectory(Path.Combine(usual.PagesFolder, "assets")).FullName;
            File.WriteAllText(Path.Combine(usual.PagesFolder, "index.html"), Page);
            File.WriteAllText(Path.Combine(assets, "index-abc.js"), Script);
            // What is compressed already has no other form.
            File.WriteAllText(Path.Combine(assets, "font-def.woff2"), "wOF2");
            using var packed = new BrotliStream(File.Create(Path.Combine(assets, "index-abc.js.br")), CompressionLevel.Optimal);
            packed.Write(Encoding.UTF8.GetBytes(Script));
            return usual;
        });
        return centre;
    }
}
