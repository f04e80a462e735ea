namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Degree-days of one day in K·d. Base, method and station belong to every number made of them.</summary>
public static class DegreeDays
{
    /// <summary>Heating, from the daily mean (CalTRACK 2.0 3.2; CBS).</summary>
    public static double Heating(double mean, double balance) => Math.Max(0, balance - mean);

    /// <summary>Cooling, from the daily mean.</summary>
    public static double Cooling(double mean, double balance) => Math.Max(0, mean - balance);

    /// <summary>French heating degree-days of the weather service: from the middle of the day's extremes.</summary>
    public static double OfExtremes(double min, double max, double balance) => Heating((min + max) / 2, balance);

    /// <summary>French heating degree-days of the energy trade (COSTIC): days that cross the balance temperature count in part.</summary>
    public static double OfTrade(double min, double max, double balance)
    {
        // Share of a crossing day at its very edge, and how it grows with the part of the day's span that lies below (COSTIC method).
        const double edge = 0.08, growth = 0.42;
        if (balance >= max) return balance - (min + max) / 2;
        if (balance <= min) return 0;
        return (balance - min) * (edge + growth * (balance - min) / (max - min));
    }

    /// <summary>Degree-days as Eurostat counts them: a day counts in full as soon as its mean is at or under the mark.</summary>
    public static double HeatingFromMark(double mean, double balance, double mark) => mean <= mark ? balance - mean : 0;
}
