using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;

namespace EtcdAdmin.PowerShell.Completion;

/// <summary>What all completers of names share.</summary>
internal static class NameCompletion
{
    /// <summary>The names that begin with the typed text, quoted if needed. Empty if the names cannot be read.</summary>
    public static IReadOnlyList<CompletionResult> Offer(Func<IReadOnlyList<string>> names, string? typed)
    {
        var pattern = WildcardPattern.Get(WildcardPattern.Escape(typed?.Trim('\'', '"') ?? "") + "*", WildcardOptions.IgnoreCase);
        try
        {
            return [.. names().Where(pattern.IsMatch).Select(Result)];
        }
        catch (Exception e) when (e is EtcdException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return []; // Tab reports no errors; the command itself reports them
        }
    }

    /// <summary>
    /// The cluster that was given as <c>-Cluster</c>, from its profile; no member is asked. Null if none was given.
    /// </summary>
    public static EtcdCluster? ClusterIn(IDictionary? boundParameters)
    {
        object? given = boundParameters?["Cluster"];
        return (given is PSObject wrapped ? wrapped.BaseObject : given) switch
        {
            EtcdCluster known => known,
            // PowerShell asks completers synchronously, on a thread without a synchronization context; a profile is a small file.
            string name => AdminContext.Default().Profiles.LoadAsync(name, CancellationToken.None).GetAwaiter().GetResult(),
            _ => null,
        };
    }

    private static CompletionResult Result(string name)
    {
        string text = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? name
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
        return new CompletionResult(text, name, CompletionResultType.ParameterValue, name);
    }
}
