namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Hourly energy as a level of its own for each hour of the week, and a line over outdoor temperature: straight pieces while the centre is open, one
/// slope while it is closed (time-of-week and temperature model: Mathieu, Price, Kiliccote and Piette, "Quantifying changes in building electricity use, with
/// application to demand response", IEEE Transactions on Smart Grid 2 (2011) 507-518, section III). Immutable.</summary>
/// <remarks>Occupied is what the site declares as open; an hour of the week that is open in some weeks and closed in others (holidays) has two levels. All
/// are fitted together by least squares.</remarks>
public sealed class TimeOfWeekModel
{
    /// <summary>Hours of a week, from Monday.</summary>
    public const int HoursOfWeek = 7 * HoursOfDay;

    // The hour that a clock change repeats has the name of the one before it.
    internal const int HoursOfDay = 24;

    // What is left of a column that others make up is rounding: far below the part of it that they do not.
    private const double NoiseMax = 1e-9;

    private readonly double _from, _width;
    private readonly double[] _slopes;
    private readonly Level[] _levels;

    private TimeOfWeekModel(double from, double width, double[] slopes, Level[] levels, int parameters) =>
        (_from, _width, _slopes, _levels, Parameters) = (from, width, slopes, levels, parameters);

    /// <summary>Fitted ones, p of the error measures: levels that occur, and slopes that the hours tell something about.</summary>
    public int Parameters { get; }

    /// <summary>By piece from the coldest, then the slope while closed; in the unit of the energy per K. 0 where the hours say nothing.</summary>
    public IReadOnlyList<double> Slopes => _slopes;

    /// <param name="hour">Of a level that occurred in the hours it was fitted to.</param>
    public double Predict(in WeekHour hour)
    {
        ref readonly var level = ref _levels[hour.Group];
        var energy = level.Energy;
        for (var i = 0; i < _slopes.Length; i++) energy += _slopes[i] * (Part(hour, i) - level.Parts[i]);
        return energy;
    }

    /// <summary>Fits a model.</summary>
    /// <param name="hours">Finite.</param>
    /// <param name="pieces">At least 1: equal ones between the lowest and the highest temperature.</param>
    /// <returns>Null where there are no more hours than parameters.</returns>
    public static TimeOfWeekModel? Fit(ReadOnlySpan<WeekHour> hours, int pieces)
    {
        var (from, to) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var hour in hours) (from, to) = (Math.Min(from, hour.Outdoor), Math.Max(to, hour.Outdoor));
        var count = pieces + 1;
        var model = new TimeOfWeekModel(from, (to - from) / pieces, new double[count], new Level[2 * HoursOfWeek], 0);
        var levels = model.Levels(hours);
        // Each hour less the mean of its level: what is left is explained by the pieces alone, and their slopes are those of all parameters fitted together.
        var (matrix, right, parts) = (new double[count, count], new double[count], new double[count]);
        foreach (var hour in hours)
        {
            ref readonly var level = ref model._levels[hour.Group];
            for (var i = 0; i < count; i++) parts[i] = model.Part(hour, i) - level.Parts[i];
            for (var i = 0; i < count; i++)
            {
                right[i] += parts[i] * (hour.Energy - level.Energy);
                for (var j = 0; j < count; j++) matrix[i, j] += parts[i] * parts[j];
            }
        }
        var parameters = levels + Solve(matrix, right, model._slopes);
        return hours.Length > parameters ? new TimeOfWeekModel(from, model._width, model._slopes, model._levels, parameters) : null;
    }

    /// <summary>Means of energy and pieces by level.</summary>
    /// <returns>How many levels occur.</returns>
    private int Levels(ReadOnlySpan<WeekHour> hours)
    {
        foreach (var hour in hours)
        {
            ref var level = ref _levels[hour.Group];
            level.Parts ??= new double[_slopes.Length];
            level.Count++;
            level.Energy += hour.Energy;
            for (var i = 0; i < _slopes.Length; i++) level.Parts[i] += Part(hour, i);
        }
        var occur = 0;
        foreach (ref var level in _levels.AsSpan())
        {
            if (level.Count == 0) continue;
            occur++;
            level.Energy /= level.Count;
            for (var i = 0; i < _slopes.Length; i++) level.Parts[i] /= level.Count;
        }
        return occur;
    }

    /// <summary>Part of an hour's temperature that belongs to a slope.</summary>
    private double Part(in WeekHour hour, int slope) => slope == _slopes.Length - 1
        ? hour.IsOpen ? 0 : hour.Outdoor - _from
        : hour.IsOpen ? Math.Clamp(hour.Outdoor - _from - slope * _width, 0, _width) : 0;

    /// <summary>Symmetric elimination; columns that the ones before make up get the slope 0.</summary>
    /// <returns>How many slopes were found.</returns>
    private static int Solve(double[,] matrix, double[] right, double[] slopes)
    {
        var count = right.Length;
        var (kept, whole) = (new bool[count], new double[count]);
        for (var i = 0; i < count; i++) whole[i] = matrix[i, i];
        for (var i = 0; i < count; i++)
        {
            kept[i] = matrix[i, i] > NoiseMax * whole[i] && whole[i] > 0;
            if (!kept[i]) continue;
            for (var row = i + 1; row < count; row++)
            {
                var factor = matrix[row, i] / matrix[i, i];
                for (var column = i; column < count; column++) matrix[row, column] -= factor * matrix[i, column];
                right[row] -= factor * right[i];
            }
        }
        for (var i = count - 1; i >= 0; i--)
        {
            if (!kept[i]) continue;
            var rest = right[i];
            for (var column = i + 1; column < count; column++) rest -= matrix[i, column] * slopes[column];
            slopes[i] = rest / matrix[i, i];
        }
        return kept.Count(k => k);
    }

    private struct Level
    {
        internal int Count;
        internal double Energy;
        internal double[] Parts;
    }
}

/// <summary>One hour of energy with the weather beside it.</summary>
/// <param name="OfWeek">0 to 167, from Monday midnight, local time.</param>
/// <param name="IsOpen">Within the declared opening hours.</param>
/// <param name="Outdoor">Mean in °C.</param>
public readonly record struct WeekHour(int OfWeek, bool IsOpen, double Energy, double Outdoor)
{
    /// <summary>Of the level it has.</summary>
    internal int Group => OfWeek + (IsOpen ? TimeOfWeekModel.HoursOfWeek : 0);
}
