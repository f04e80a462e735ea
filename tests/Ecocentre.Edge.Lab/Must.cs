namespace Ecocentre.Edge.Lab;

/// <summary>What a check claims.</summary>
internal static class Must
{
    public static void Be(bool isTrue, string words)
    {
        if (!isTrue) throw new CheckException(words);
    }

    public static void Equal<T>(T expected, T found, string what) =>
        Be(EqualityComparer<T>.Default.Equals(expected, found), $"{what}: {expected} was expected, {found} was found.");

    public static void Same<T>(IEnumerable<T> expected, IEnumerable<T> found, string what) =>
        Be(expected.SequenceEqual(found), $"{what}: [{string.Join(", ", expected)}] was expected, [{string.Join(", ", found)}] was found.");

    public static void Say(string words, string text) => Be(text.Contains(words, StringComparison.Ordinal), $"\"{words}\" is not in: {text}");

    /// <returns>What it said.</returns>
    public static string Fail(Action action)
    {
        try
        {
            action();
        }
        catch (IOException failure)
        {
            return failure.Message;
        }
        throw new CheckException("It should have failed, and did not.");
    }

    public static async Task<string> FailAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (IOException failure)
        {
            return failure.Message;
        }
        throw new CheckException("It should have failed, and did not.");
    }
}

/// <summary>A claim that does not hold.</summary>
internal sealed class CheckException(string message) : Exception(message);
