using System.Text.Json.Nodes;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>What is wrong with one entry of a profile.</summary>
/// <param name="Path">The entry, for instance <c>spec.members[0].clientPort</c>.</param>
/// <param name="Text">What, without a full stop.</param>
internal sealed record ProfileProblem(string Path, string Text)
{
    private const int MostShown = 60;

    /// <summary>The part of the profile that is only needed to manage the hosts; endpoints and certificates, which are outside of it, are enough to ask the cluster.</summary>
    public const string Spec = "spec";

    /// <summary>Whether the cluster can still be asked.</summary>
    public bool IsOfSpec => Path == Spec || Path.StartsWith(Spec + ".", StringComparison.Ordinal);

    /// <summary>An entry with a wrong value.</summary>
    public static ProfileProblem Wrong(string path, JsonNode? value, string expected) => new(path, $"{path} is {Show(value)} and must be {expected}");

    /// <summary>An entry that is not there.</summary>
    public static ProfileProblem Missing(string path, string expected) => new(path, $"{path} is missing and must be {expected}");

    /// <summary>A value as it stands in the file; a long one is cut.</summary>
    public static string Show(JsonNode? value) => (value?.ToJsonString() ?? "null") is var text && text.Length > MostShown ? text[..MostShown] + "..." : text;
}
