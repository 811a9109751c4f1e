using System.Collections.ObjectModel;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Connections;

/// <summary>The ssh settings that an operator may set for a connection.</summary>
internal static class SshOptionRules
{
    private const string HostKeyChecking = "StrictHostKeyChecking";

    // Each of these would break EtcdAdmin's use of ssh: no answer, no session, a prompt on the terminal, a socket of another connection.
    private static readonly IReadOnlySet<string> Ours = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "BatchMode", "ControlMaster", "ControlPath", "ControlPersist", "ForkAfterAuthentication", "LogLevel", "LogVerbose",
        "NumberOfPasswordPrompts", "RemoteCommand", "RequestTTY", "SessionType", "StdinNull",
    };

    /// <summary>A copy, sorted by name.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static ReadOnlyDictionary<string, string> Check(IReadOnlyDictionary<string, string> options)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in options)
        {
            CheckOne(name, value);
            if (!sorted.TryAdd(name, value)) throw Invalid(name, "it is set twice");
        }

        return new ReadOnlyDictionary<string, string>(sorted);
    }

    public static bool AreSame(IReadOnlyDictionary<string, string>? one, IReadOnlyDictionary<string, string>? other)
    {
        if ((one?.Count ?? 0) != (other?.Count ?? 0)) return false;
        if (one is null || other is null) return true;
        return one.Zip(other).All(pair =>
            string.Equals(pair.First.Key, pair.Second.Key, StringComparison.OrdinalIgnoreCase)
            && pair.First.Value == pair.Second.Value);
    }

    private static void CheckOne(string name, string? value)
    {
        if (name.Length == 0 || !name.All(char.IsAsciiLetterOrDigit))
            throw Invalid(name, "the name of a setting must have only letters and digits");
        if (string.IsNullOrWhiteSpace(value)) throw Invalid(name, "it has no value");
        if (value.Any(char.IsControl)) throw Invalid(name, "its value contains a line break or another control character");
        if (Ours.Contains(name)) throw Invalid(name, "EtcdAdmin sets it itself");
        if (string.Equals(name, HostKeyChecking, StringComparison.OrdinalIgnoreCase)) CheckHostKeyChecking(name, value.Trim());
    }

    private static void CheckHostKeyChecking(string name, string value)
    {
        if (value is "yes" or "true" or "ask") return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"The ssh setting {name} cannot be '{value}': host keys are always checked.")
        {
            Target = name,
            NextStep = "For the first connection to a host use -AcceptNewHostKey, which accepts an unknown key but never a changed one.",
        };
    }

    private static EtcdException Invalid(string name, string why) =>
        new(EtcdErrorIds.SpecInvalid, $"The ssh setting '{name}' cannot be used: {why}.") { Target = name };
}
