using System.Net;
using Ecocentre.Edge.Outputs.Influx;

namespace Ecocentre.Edge.Outputs.Tests.Influx;

public class AnswerTests
{
    [Theory]
    [InlineData(200, "Taken")]
    [InlineData(204, "Taken")]
    [InlineData(301, "Denied")]
    [InlineData(400, "Refused")]
    [InlineData(401, "Denied")]
    [InlineData(403, "Denied")]
    [InlineData(404, "Denied")]
    [InlineData(406, "Refused")]
    [InlineData(407, "Denied")]
    [InlineData(408, "Busy")]
    [InlineData(409, "Refused")]
    [InlineData(413, "TooLarge")]
    [InlineData(422, "Refused")]
    [InlineData(425, "Busy")]
    [InlineData(429, "Busy")]
    [InlineData(500, "Ill")]
    [InlineData(501, "Ill")]
    [InlineData(502, "Busy")]
    [InlineData(503, "Busy")]
    [InlineData(504, "Busy")]
    [InlineData(507, "Ill")]
    public void Status_means_a_class(int status, string meaning) => Assert.Equal(meaning, Answer.Classify((HttpStatusCode)status).ToString());

    // What real servers were heard to say: influxd 1.6.7 (the first four), InfluxDB 2.x and 3.x (from their sources).
    [Theory]
    [InlineData("400 partial write: unable to parse 'x': missing fields dropped=0", true)]
    [InlineData("400 unable to parse 'x': missing fields", true)]
    [InlineData("400 partial write: points beyond retention policy dropped=2", true)]
    [InlineData("400 database is required", false)]
    [InlineData("422 failure writing points to database: partial write: points beyond retention policy dropped=2", true)]
    [InlineData("400 partial write of line protocol occurred: invalid column type", true)]
    [InlineData("400 <html><h1>400 The plain HTTP request was sent to HTTPS port</h1></html>", false)]
    public void Server_that_blames_lines_is_told_from_one_that_does_not(string words, bool blames) =>
        Assert.Equal(blames, new Answer(AnswerClass.Refused, words).IsAboutLines);

    [Fact]
    public void Server_that_dropped_all_is_believed_only_for_exactly_all()
    {
        var answer = new Answer(AnswerClass.Refused, "400 partial write: points beyond retention policy dropped=12");
        Assert.True(answer.SaysAllDropped(12));
        Assert.False(answer.SaysAllDropped(2));
        Assert.False(answer.SaysAllDropped(13));
    }
}
