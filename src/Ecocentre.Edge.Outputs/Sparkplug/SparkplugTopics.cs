using System.Text;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>The topics of an edge node (Sparkplug 3.0.0, chapter 4).</summary>
internal sealed record SparkplugTopics(string Group, string Node)
{
    private const string Root = "spBv1.0";

    /// <summary>NBIRTH, NDATA, NDEATH and NCMD.</summary>
    public string OfNode(string verb) => $"{Root}/{Group}/{verb}/{Node}";

    /// <summary>DBIRTH, DDATA and DDEATH.</summary>
    /// <param name="device">As <see cref="Id"/> makes it.</param>
    public string OfDevice(string verb, string device) => $"{Root}/{Group}/{verb}/{Node}/{device}";

    /// <summary>Where a host application says whether it is there.</summary>
    public static string State(string host) => $"{Root}/STATE/{host}";

    /// <summary>A device's name as device id: the signs that topics are made with, and control signs, as in addresses (<c>%2F</c>), so that no two names
    /// become the same.</summary>
    public static string Id(string device)
    {
        var id = new StringBuilder(device.Length);
        foreach (var character in device)
            if (character is '+' or '/' or '#' or '%' || char.IsControl(character))
                foreach (var octet in Encoding.UTF8.GetBytes([character])) id.Append('%').Append(Convert.ToHexString([octet]));
            else id.Append(character);
        return id.ToString();
    }
}
