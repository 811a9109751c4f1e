using System.IO.Enumeration;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The patterns of host names in ssh's files: <c>*</c> for any characters, <c>?</c> for one.</summary>
internal static class HostPattern
{
    /// <summary>Whether a name matches a list of patterns, of which those that begin with <c>!</c> exclude.</summary>
    /// <param name="patterns">The patterns.</param>
    /// <param name="name">The name.</param>
    /// <param name="ignoreCase">True in known_hosts, false in the configuration.</param>
    public static bool MatchesAny(IEnumerable<string> patterns, string name, bool ignoreCase)
    {
        bool found = false;
        foreach (string pattern in patterns)
        {
            bool negative = pattern.StartsWith('!');
            if (!Matches(negative ? pattern[1..] : pattern, name, ignoreCase)) continue;
            if (negative) return false;
            found = true;
        }

        return found;
    }

    private static bool Matches(string pattern, string name, bool ignoreCase) =>
        // This method treats a backslash as an escape character; ssh's patterns do not.
        !pattern.Contains('\\', StringComparison.Ordinal) && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase);
}
