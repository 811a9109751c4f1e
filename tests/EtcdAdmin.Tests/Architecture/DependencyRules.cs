using System.Reflection;

namespace EtcdAdmin.Tests.Architecture;

/// <summary>Which area of the core may use which; an area is the first part of the namespace below <c>EtcdAdmin</c>.</summary>
/// <param name="Allowed">For each area what it may use besides itself; the root's name is empty.</param>
internal sealed record DependencyRules(IReadOnlyDictionary<string, string[]> Allowed)
{
    private const string Product = "EtcdAdmin";

    /// <summary>The direction: downward only, and the lowest three know nothing of each other.</summary>
    public static DependencyRules Core { get; } = new(new Dictionary<string, string[]>
    {
        [""] = [],
        ["Client"] = [""],
        ["Security"] = [""],
        ["Hosts"] = [""],
        ["Plans"] = ["", "Hosts"],
        ["Clusters"] = ["", "Client", "Security", "Hosts"],
        ["Deployment"] = ["", "Client", "Security", "Hosts", "Plans", "Clusters"],
        ["Snapshots"] = ["", "Client", "Security", "Hosts", "Plans", "Clusters", "Deployment"],
        ["Upgrades"] = ["", "Client", "Security", "Hosts", "Plans", "Clusters", "Deployment", "Snapshots"],
    });

    /// <summary>Each use against the rules, as <c>user -> used</c>; an area without a rule may use nothing.</summary>
    public IReadOnlyList<string> FindViolations(Assembly assembly) =>
    [
        .. from type in assembly.GetTypes()
           where IsOurs(type)
           from used in TypeReferences.Of(type)
           where used.Assembly == assembly && IsOurs(used) && !Allows(AreaOf(type), AreaOf(used))
           select $"{type.FullName} -> {used.FullName}",
    ];

    /// <summary>What the compiler adds has no namespace, or one of .NET's.</summary>
    private static bool IsOurs(Type type) => type.Namespace is { } name && (name == Product || name.StartsWith(Product + ".", StringComparison.Ordinal));

    private static string AreaOf(Type type) => type.Namespace?.Split('.').ElementAtOrDefault(1) ?? "";

    private bool Allows(string user, string used) => user == used || (Allowed.TryGetValue(user, out string[]? areas) && areas.Contains(used));
}
