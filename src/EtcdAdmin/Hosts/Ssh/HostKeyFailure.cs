using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The errors for an unknown or changed host key.</summary>
internal static partial class HostKeyFailure
{
    public static bool IsChanged(string output) =>
        output.Contains("REMOTE HOST IDENTIFICATION HAS CHANGED", StringComparison.Ordinal)
        || output.Contains("REVOKED HOST KEY", StringComparison.Ordinal)
        || ChangedKey().IsMatch(output);

    public static bool IsUnknown(string output) =>
        output.Contains("host key is known for", StringComparison.Ordinal)
        || output.Contains("Host key verification failed", StringComparison.Ordinal);

    /// <summary>The host, or a jump host, showed a key that is not in known_hosts.</summary>
    /// <returns>HostKeyUnknown; HostKeyChanged if known_hosts has keys of other types.</returns>
    public static async Task<EtcdException> UnknownAsync(
        SshClient client, SshLogin login, bool onTheWay, CancellationToken cancellationToken)
    {
        HostConnection connection = login.Connection;
        string key = await ShowAsync(client, login, cancellationToken).ConfigureAwait(false) is { } shown ? $"the key {shown}" : "a key";
        return !onTheWay && await KnownHosts.KnowAsync(client, connection, cancellationToken).ConfigureAwait(false)
            ? OtherTypes(connection, key, onTheWay)
            : Unknown(connection, key, onTheWay);
    }

    /// <summary>The host, or a jump host, showed a key, but known_hosts has only keys of other types.</summary>
    public static EtcdException OtherTypes(HostConnection connection, string key, bool onTheWay) =>
        Changed(connection, $"it shows {key}", "known_hosts has only keys of other types for it", onTheWay);

    /// <summary>The host, or a jump host, showed a key that is not in known_hosts.</summary>
    public static EtcdException Unknown(HostConnection connection, string key, bool onTheWay)
    {
        if (onTheWay)
        {
            return Unknown(connection, $"a jump host shows {key}, which is not in this machine's known_hosts",
                "Connect to the jump host once with ssh by hand, and compare the fingerprint with the one shown on the jump host itself (ssh-keygen "
                    + "-lf).");
        }

        return Unknown(connection, $"it shows {key}, which is not in this machine's known_hosts",
            "Log in to the host another way (console), run ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub (one file at a time) and compare the "
                + "fingerprints; "
            + "if they are the same, use -AcceptNewHostKey, or add the key to known_hosts.");
    }

    // ssh prints the key only in verbose mode.
    private static async Task<string?> ShowAsync(SshClient client, SshLogin login, CancellationToken cancellationToken)
    {
        ProcessCommand ask = client.Command(SshArguments.ShowHostKey(login.Connection));
        ProcessResult result = await login.LimitAsync(
            token => ProcessRunner.RunAsync(ask, token), cancellationToken).ConfigureAwait(false);
        // Jump hosts, whose ssh is verbose too, come first.
        return ServerKey().Matches(result.Error).LastOrDefault() is { } key ? $"{key.Groups[1].Value} {key.Groups[2].Value}" : null;
    }

    private static EtcdException Unknown(HostConnection connection, string why, string next) =>
        new(EtcdErrorIds.HostKeyUnknown,
            $"Cannot verify the identity of {connection.HostName}: {why}.")
        {
            Target = connection.HostName,
            NextStep = next,
        };

    /// <summary>The host, or a jump host, showed another key than the one in known_hosts.</summary>
    public static EtcdException Changed(HostConnection connection, string output, bool onTheWay)
    {
        string shown = Offered().Match(output) is { Success: true } offered
            ? $"it shows the {offered.Groups["type"].Value} key {offered.Groups["print"].Value}"
            : "it shows another key";
        string known = Offending().Match(output) is { Success: true } place
            ? Known(place.Groups["file"].Value, int.Parse(place.Groups["line"].Value, CultureInfo.InvariantCulture))
            : "known_hosts has another key";
        return Changed(connection, shown, known, onTheWay);
    }

    /// <summary>The host, or a jump host, showed another key than the one in known_hosts.</summary>
    public static EtcdException Changed(HostConnection connection, string shown, string known, bool onTheWay) =>
        new(EtcdErrorIds.HostKeyChanged,
            $"The host key of {(onTheWay ? "a jump host for " : "")}{connection.HostName} has changed: {shown}, but {known}.")
        {
            Target = connection.HostName,
            NextStep =
                "First find out why the key changed; this can be an attack. Only if the host was reinstalled and the fingerprint matches the one "
                    + "shown on the host itself, "
                + "remove the old line from known_hosts (ssh-keygen -R).",
        };

    private static string Known(string file, int line)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");
        return Fingerprint(file, line) is { } print ? $"{place} has {print}" : $"{place} has another key";
    }

    // A line is: [@marker] names type key [comment]; the fingerprint is computed from the base64 key.
    private static string? Fingerprint(string file, int line)
    {
        try
        {
            string[] words = File.ReadLines(file).Skip(line - 1).First().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            string key = words[words[0].StartsWith('@') ? 3 : 2];
            return "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(key))).TrimEnd('=');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException
            or InvalidOperationException or IndexOutOfRangeException)
        {
            return null; // the file or line is missing: the place is enough
        }
    }

    [GeneratedRegex(@"Host key for \S+ has changed")]
    private static partial Regex ChangedKey();

    [GeneratedRegex(@"Server host key: (\S+) (\S+)")]
    private static partial Regex ServerKey();

    [GeneratedRegex(@"fingerprint for the (?<type>\S+) key sent by the remote host is\s+(?<print>\S+?)\.?\s")]
    private static partial Regex Offered();

    [GeneratedRegex(@"Offending \S+ key in (?<file>[^\r\n]+):(?<line>\d+)")]
    private static partial Regex Offending();
}
