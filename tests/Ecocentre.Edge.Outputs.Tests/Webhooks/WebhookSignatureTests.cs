using System.Text;
using Ecocentre.Edge.Outputs.Webhooks;

namespace Ecocentre.Edge.Outputs.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    /// <summary>The worked example of the specification's reference libraries.</summary>
    [Fact]
    public void Signature_is_the_one_of_the_specification() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));

    [Fact]
    public void Every_part_counts()
    {
        var signatures = new HashSet<string>
        {
            WebhookSignature.Sign("a secret of some length, in words", "id", 1, "body"u8),
            WebhookSignature.Sign("a secret of some length, in Words", "id", 1, "body"u8),
            WebhookSignature.Sign("a secret of some length, in words", "ie", 1, "body"u8),
            WebhookSignature.Sign("a secret of some length, in words", "id", 2, "body"u8),
            WebhookSignature.Sign("a secret of some length, in words", "id", 1, Encoding.UTF8.GetBytes("bodY")),
        };
        Assert.Equal(5, signatures.Count);
    }

    [Theory]
    [InlineData("short", false)]
    [InlineData("whsec_c2hvcnQ=", false)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("twenty-four bytes or more", true)]
    public void Short_secrets_are_weak(string secret, bool strong) => Assert.Equal(strong, WebhookSignature.IsStrong(secret));
}
