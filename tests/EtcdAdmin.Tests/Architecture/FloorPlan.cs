using System.Reflection;

namespace EtcdAdmin.Tests.Architecture;

/// <summary>Which folder of the core may use which. The namespace of a type is its folder; the root's name is empty.</summary>
/// <param name="Floors">From the ground up; a folder uses what is on lower floors, and everything in its own top folder.</param>
/// <param name="Exceptions">Pairs on one floor that may know each other, with the reason; the first may use the second.</param>
internal sealed record FloorPlan(string[][] Floors, (string From, string To, string Reason)[] Exceptions)
{
    private const string Product = "EtcdAdmin";

    /// <summary>The one of docs/architecture.md.</summary>
    public static FloorPlan Core { get; } = new(
        [
            ["Errors"],
            ["Events"],
            [""],
            ["Text"],
            ["Certificates"],
            ["Client", "Security", "Hosts"],
            ["Clusters", "Plans", "Database"],
            ["Provisioning", "Packages"],
            ["Deployment", "Snapshots"],
            ["Access", "Maintenance", "Monitoring", "Upgrades", "Schedules", "Recovery", "Drills", "KeyFiles", "Diagnosis"],
            ["Checks"],
            ["Reports"],
        ],
        [
            ("Clusters", "Database", "the log on a host's disk says which cluster and member wrote it"),
            ("Provisioning", "Packages", "the programs are brought to the host"),
            ("Recovery", "KeyFiles", "a record of changes has the framing of key files"),
            ("Upgrades", "KeyFiles", "v2 keys are imported as a key file"),
            ("Drills", "Recovery", "a trial restore restores with the same script"),
        ]);

    /// <summary>Each use of one folder by another, with the files.</summary>
    public static IReadOnlyList<FolderUse> UsesIn(Assembly assembly) =>
    [
        .. from type in assembly.GetTypes()
           where IsOurs(type)
           from used in TypeReferences.Of(type)
           where used.Assembly == assembly && IsOurs(used) && FolderOf(type) != FolderOf(used)
           select new FolderUse(FolderOf(type), NameOf(type), FolderOf(used), NameOf(used)),
    ];

    /// <summary>The uses that the plan does not allow; a top folder without a floor may use nothing.</summary>
    public IReadOnlyList<string> FindViolations(IEnumerable<FolderUse> uses) =>
        [.. uses.Where(use => !Allows(use.From, use.To)).Select(use => use.ToString()).Distinct()];

    /// <summary>Folders that use each other, directly or by way of others: each circle with what makes it one.</summary>
    public static IReadOnlyList<string> FindCircles(IReadOnlyList<FolderUse> uses)
    {
        ILookup<string, string> next = uses.ToLookup(use => use.From, use => use.To);
        return [.. uses.Where(use => Reaches(next, use.To, use.From)).Select(use => use.ToString()).Distinct()];
    }

    /// <summary>The floor of a top folder, from 0; null where it has none.</summary>
    public int? FloorOf(string top) => Array.FindIndex(Floors, floor => floor.Contains(top)) is >= 0 and var found ? found : null;

    /// <summary>The first part of a folder.</summary>
    public static string TopOf(string folder) => folder.Split('.')[0];

    private bool Allows(string from, string to)
    {
        string user = TopOf(from), used = TopOf(to);
        return user == used
            || (FloorOf(user) is { } above && FloorOf(used) is { } below
            && (below < above || Exceptions.Any(pair => pair.From == user && pair.To == used)));
    }

    private static bool Reaches(ILookup<string, string> next, string from, string to)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out string? folder))
        {
            if (folder == to) return true;
            if (!seen.Add(folder)) continue;
            foreach (string further in next[folder]) open.Push(further);
        }

        return false;
    }

    // What the compiler adds has no namespace, or one of .NET's. Generated messages have namespaces of their own.
    private static bool IsOurs(Type type) =>
        type.Namespace is { } name && (name == Product || name.StartsWith(Product + ".", StringComparison.Ordinal));

    private static string FolderOf(Type type) => type.Namespace![Product.Length..].TrimStart('.'); // ours have one

    private static string NameOf(Type type) => type.DeclaringType is { } outer ? NameOf(outer) : type.Name.Split('`')[0];
}

/// <summary>A type of one folder that uses a type of another.</summary>
internal sealed record FolderUse(string From, string User, string To, string Used)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path(From, User)} -> {Path(To, Used)}";

    private static string Path(string folder, string type) => folder.Length == 0 ? type : $"{folder.Replace('.', '/')}/{type}";
}
