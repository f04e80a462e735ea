using System.Reflection;
using System.Threading.Channels;

namespace Ecocentre.Edge.House.Tests;

/// <summary>The list of banned symbols is complete, well spelled and in force. The analyzer bans by exact documentation id: an overload that is
/// not listed, or a misspelled one, is allowed without a word.</summary>
public sealed class BannedSymbolTests
{
    private const string List = "src/BannedSymbols.txt";

    /// <summary>Families of which every public overload is banned, except those that take a TimeProvider (or no time at all).</summary>
    private static readonly (Type Type, string Member, Func<MethodBase, bool> Free)[] Families =
    [
        (typeof(Task), nameof(Task.Delay), TakesTimeProvider),
        (typeof(Task), nameof(Task.Run), Never),
        (typeof(Task), nameof(Task.WaitAsync), method => TakesTimeProvider(method) || !TakesTime(method)),
        (typeof(Task<>), nameof(Task.WaitAsync), method => TakesTimeProvider(method) || !TakesTime(method)),
        (typeof(Task), nameof(Task.ConfigureAwait), Never),
        (typeof(Task<>), nameof(Task.ConfigureAwait), Never),
        (typeof(ValueTask), nameof(ValueTask.ConfigureAwait), Never),
        (typeof(ValueTask<>), nameof(ValueTask.ConfigureAwait), Never),
        (typeof(ChannelReader<>), nameof(ChannelReader<int>.ReadAllAsync), Never),
        (typeof(TaskAsyncEnumerableExtensions), nameof(TaskAsyncEnumerableExtensions.ConfigureAwait), Never),
        (typeof(Thread), nameof(Thread.Sleep), Never),
        (typeof(CancellationTokenSource), ".ctor", method => TakesTimeProvider(method) || method.GetParameters().Length == 0),
        (typeof(CancellationTokenSource), nameof(CancellationTokenSource.CancelAfter), Never),
        (typeof(CancellationTokenSource), nameof(CancellationTokenSource.CancelAsync), Never),
        (typeof(PeriodicTimer), ".ctor", TakesTimeProvider),
        (typeof(Random), ".ctor", method => method.GetParameters().Length == 1),
        (typeof(Guid), nameof(Guid.NewGuid), Never),
        (typeof(Guid), nameof(Guid.CreateVersion7), method => method.GetParameters().Length == 1),
    ];

    private static readonly string[] Properties =
    [
        "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTime.Today", "P:System.DateTimeOffset.Now", "P:System.DateTimeOffset.UtcNow",
        "P:System.Environment.TickCount", "P:System.Environment.TickCount64", "P:System.TimeProvider.System", "P:System.Random.Shared",
        "P:System.Threading.Tasks.Task.Factory", "T:System.Threading.Tasks.TaskFactory", "T:System.Threading.ThreadPool", "T:System.Diagnostics.Stopwatch",
        "T:System.Threading.Timer", "T:System.Timers.Timer",
    ];

    [Fact]
    public void The_list_names_every_overload_that_matters() => House.Obeys(NotListed(Tree.Repository));

    [Fact]
    public void Each_line_names_something_that_exists_and_says_what_to_do_instead() => House.Obeys(BadLines(Tree.Repository));

    [Fact]
    public void The_list_is_in_force_for_every_source_project() => House.Obeys(NotInForce(Tree.Repository));

    [Fact]
    public void Bad_trees_are_found()
    {
        var whole = Tree.Repository.Files[List];
        var without = string.Join('\n', whole.Split('\n').Where(line => !line.StartsWith("M:System.Threading.CancellationTokenSource.CancelAsync")));
        House.Breaks(NotListed(Tree.Of((List, without))), "M:System.Threading.CancellationTokenSource.CancelAsync");
        House.Breaks(
            BadLines(Tree.Of((List, "M:System.Threading.Tasks.Task.Delay(Int32);Say why.\nT:System.Threading.Timer\nT:System.Threading.Timer;Use another.\n"))),
            "Delay(Int32)", "T:System.Threading.Timer:");
        House.Breaks(
            NotInForce(Tree.Of(
                ("src/Directory.Build.props", "<PackageReference Include=\"Microsoft.CodeAnalysis.BannedApiAnalyzers\" PrivateAssets=\"all\" />"),
                ("src/P/P.csproj", "<Project><IsTestTree>true</IsTestTree></Project>"),
                ("src/P/Directory.Build.props", "<Project />"),
                (".editorconfig", "dotnet_diagnostic.RS0030.severity = none"))),
            "AdditionalFiles", ".editorconfig", "src/P/Directory.Build.props", "src/P/P.csproj");
    }

    private static bool Never(MethodBase method) => false;

    private static bool TakesTimeProvider(MethodBase method) => method.GetParameters().Any(p => p.ParameterType == typeof(TimeProvider));

    private static bool TakesTime(MethodBase method) => method.GetParameters().Any(p => p.ParameterType == typeof(TimeSpan) || p.ParameterType == typeof(int));

    private static IEnumerable<(string Id, string Why)> Lines(Tree tree) =>
        tree.Files[List].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(';', 2)).Select(parts => (parts[0], parts.Length > 1 ? parts[1].Trim() : ""));

    private static IEnumerable<string> NotListed(Tree tree)
    {
        var listed = Lines(tree).Select(line => line.Id).ToHashSet(StringComparer.Ordinal);
        var wanted = Families
            .SelectMany(family => Members(family.Type).Where(m => m.Name == family.Member && m is MethodBase method && !family.Free(method)).Select(Id))
            .Concat(Properties).Distinct();
        foreach (var id in wanted)
            if (!listed.Contains(id)) yield return $"{List}: lacks {id}.";
    }

    private static IEnumerable<string> BadLines(Tree tree)
    {
        foreach (var (id, why) in Lines(tree))
        {
            if (!Exists(id)) yield return $"{List}: {id}: there is no such symbol, so the line bans nothing.";
            if (why.Length == 0) yield return $"{List}: {id}: says not what to do instead.";
        }
    }

    private static IEnumerable<string> NotInForce(Tree tree)
    {
        const string props = "src/Directory.Build.props";
        string[] wiring =
        [
            "<PackageReference Include=\"Microsoft.CodeAnalysis.BannedApiAnalyzers\"",
            "<AdditionalFiles Include=\"$(MSBuildThisFileDirectory)BannedSymbols.txt\"",
        ];
        foreach (var needed in wiring)
            if (!tree.Files[props].Contains(needed, StringComparison.Ordinal)) yield return $"{props}: lacks {needed} …";
        foreach (var path in tree.Files.Keys.Where(path => path.EndsWith(".editorconfig") || path.EndsWith(".globalconfig")))
            if (tree.Files[path].Contains("RS0030") || tree.Files[path].Contains("RS0031")) yield return $"{path}: touches the rule's severity.";
        foreach (var (path, text) in tree.Files.Where(file => file.Key.StartsWith("src/") && file.Key != props))
            if (path.EndsWith("Directory.Build.props") || path.EndsWith(".csproj") && (text.Contains("IsTestTree") || text.Contains("AdditionalFiles Remove")))
                yield return $"{path}: takes its project out of the list's reach.";
    }

    private static IEnumerable<MemberInfo> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly);

    private static bool Exists(string id)
    {
        var name = id[2..].Split('(')[0];
        if (id[0] == 'T') return Find(name) is not null;
        var owner = Find(name[..name.LastIndexOf('.')].TrimEnd('.'));
        return owner is not null && Members(owner).Any(member => Id(member) == id);
    }

    private static Type? Find(string name) =>
        typeof(object).Assembly.GetType(name) ?? Assembly.Load("System.Runtime").GetType(name) ??
        new[] { "System.ComponentModel.TypeConverter", "System.Net.Http", "System.Net.Sockets", "System.Collections.Concurrent", "System.Threading.Channels" }
            .Select(assembly => Assembly.Load(assembly).GetType(name)).FirstOrDefault(type => type is not null);

    /// <summary>The documentation id (C# language specification, annex D.4.2).</summary>
    private static string Id(MemberInfo member)
    {
        var owner = member.DeclaringType!.FullName!.Replace('+', '.');
        if (member is PropertyInfo) return $"P:{owner}.{member.Name}";
        if (member is not MethodBase method) return $"F:{owner}.{member.Name}";
        var arity = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
        var parameters = string.Join(',', method.GetParameters().Select(p => Spell(p.ParameterType)));
        return $"M:{owner}.{member.Name.Replace('.', '#')}{arity}{(parameters.Length > 0 ? $"({parameters})" : "")}";
    }

    private static string Spell(Type type)
    {
        if (type.IsGenericParameter) return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        if (type.IsByRef) return Spell(type.GetElementType()!) + "@";
        if (type.IsArray) return Spell(type.GetElementType()!) + "[]";
        if (!type.IsGenericType) return type.FullName!.Replace('+', '.');
        var name = type.GetGenericTypeDefinition().FullName!;
        return $"{name[..name.IndexOf('`')]}{{{string.Join(',', type.GetGenericArguments().Select(Spell))}}}";
    }
}
