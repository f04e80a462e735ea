using System.Security.Cryptography;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Core.Tests.Evidence.Tree;

public sealed class NoteKeyTests
{
    [Fact]
    public void Key_of_another_curve_is_refused_however_long_it_is()
    {
        // secp256k1 has 256 bits too.
        using var other = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        Assert.Contains("P-256", Assert.Throws<FormatException>(() => new NoteKey("log", other.ExportSubjectPublicKeyInfo())).Message);
        using var longer = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<FormatException>(() => new NoteKey("log", longer.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void Every_changed_bit_of_a_key_is_refused_in_words_or_another_key()
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = secret.ExportSubjectPublicKeyInfo();
        var whole = new NoteKey("log", der);
        for (var bit = 0; bit < 8 * der.Length; bit++)
        {
            var changed = der.ToArray();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            try
            {
                Assert.NotEqual(whole.Fingerprint, new NoteKey("log", changed).Fingerprint);
            }
            catch (FormatException refusal)
            {
                Assert.NotEmpty(refusal.Message);
            }
        }
    }
}
