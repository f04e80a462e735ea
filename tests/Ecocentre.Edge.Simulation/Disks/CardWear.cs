namespace Ecocentre.Edge.Simulation.Disks;

/// <summary>What a worn card does to the files of a log that nobody has open.</summary>
internal sealed class CardWear(Random random)
{
    /// <returns>True when something that was on the card is lost by it.</returns>
    public bool Apply(string logPath, CardDamage damage)
    {
        switch (damage)
        {
            case CardDamage.BitInLog:
                return Turn(logPath);
            case CardDamage.BitInTail:
                return Turn(logPath + "-wal");
            case CardDamage.TailTorn:
                return Tear(logPath + "-wal");
            case CardDamage.RecordsTorn:
                Tear(logPath + ".records");
                return false;
            default:
                foreach (var ending in new[] { ".guard", ".records", ".checkpoint" }) File.Delete(logPath + ending);
                return false;
        }
    }

    private bool Turn(string path)
    {
        if (!File.Exists(path)) return false;
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0) return false;
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        File.WriteAllBytes(path, bytes);
        return true;
    }

    private bool Tear(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.SetLength((long)(random.NextDouble() * file.Length));
        return true;
    }
}
