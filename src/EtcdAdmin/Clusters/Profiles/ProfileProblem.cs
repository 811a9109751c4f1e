using System.Text.Json.Nodes;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>A problem with one entry of a profile.</summary>
/// <param name="Path">The entry, for instance <c>spec.members[0].clientPort</c>.</param>
/// <param name="Text">The problem, without a full stop.</param>
internal sealed record ProfileProblem(string Path, string Text)
{
    private const int MostShown = 60;

    /// <summary>The part of the profile that only managing the hosts needs; endpoints and certificates, outside of it, are enough to query the
    /// cluster.</summary>
    public const string Spec = "spec";

    /// <summary>Whether the cluster can still be queried.</summary>
    public bool IsOfSpec => Path == Spec || Path.StartsWith(Spec + ".", StringComparison.Ordinal);

    /// <summary>An entry with a wrong value.</summary>
    public static ProfileProblem Wrong(string path, JsonNode? value, string expected) =>
        new(path, $"{path} is {Show(value)}, but must be {expected}");

    /// <summary>A missing entry.</summary>
    public static ProfileProblem Missing(string path, string expected) => new(path, $"{path} is missing; it must be {expected}");

    /// <summary>A value as in the file; a long one is shortened.</summary>
    public static string Show(JsonNode? value) =>
        (value?.ToJsonString() ?? "null") is var text && text.Length > MostShown ? text[..MostShown] + "..." : text;
}
