using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The host showed a key that is not the one on record.</summary>
internal static partial class HostKeyFailure
{
    public static bool IsChanged(string said) =>
        said.Contains("REMOTE HOST IDENTIFICATION HAS CHANGED", StringComparison.Ordinal)
        || said.Contains("REVOKED HOST KEY", StringComparison.Ordinal)
        || ChangedKey().IsMatch(said);

    public static bool IsUnknown(string said) =>
        said.Contains("host key is known for", StringComparison.Ordinal)
        || said.Contains("Host key verification failed", StringComparison.Ordinal);

    /// <summary>The host, or a jump host on the way, showed a key that is on record nowhere.</summary>
    /// <returns>HostKeyUnknown; HostKeyChanged where keys of other types are on record.</returns>
    public static async Task<EtcdException> UnknownAsync(
        SshClient client, SshLogin login, bool onTheWay, CancellationToken cancellationToken)
    {
        HostConnection connection = login.Connection;
        string key = await ShowAsync(client, login, cancellationToken).ConfigureAwait(false) is { } shown ? $"the key {shown}" : "a key";
        if (onTheWay)
        {
            return Unknown(connection, $"a jump host on the way to it shows {key}, which this machine does not know",
                "Connect to the jump host once with ssh by hand, and compare the fingerprint.");
        }

        if (await KnownHosts.KnowAsync(client, connection, cancellationToken).ConfigureAwait(false))
            return Changed(connection, $"it shows {key}", "this machine knows it by keys of other types");
        return Unknown(connection, $"it shows {key}, which this machine does not know",
            "Compare the fingerprint with the host's own (ssh-keygen -lf on its /etc/ssh/ssh_host_*_key.pub); "
            + "then use -AcceptNewHostKey, or add the key to known_hosts.");
    }

    // ssh names the key only when it says everything.
    private static async Task<string?> ShowAsync(SshClient client, SshLogin login, CancellationToken cancellationToken)
    {
        ProcessCommand ask = client.Command(SshArguments.ShowHostKey(login.Connection));
        ProcessResult result = await login.LimitAsync(
            token => ProcessRunner.RunAsync(ask, token), cancellationToken).ConfigureAwait(false);
        // Jump hosts, whose ssh says everything too, come first.
        return ServerKey().Matches(result.Error).LastOrDefault() is { } key ? $"{key.Groups[1].Value} {key.Groups[2].Value}" : null;
    }

    private static EtcdException Unknown(HostConnection connection, string why, string next) =>
        new(EtcdErrorIds.HostKeyUnknown,
            $"Cannot tell whether {connection.HostName} is the host that it should be: {why}.")
        {
            Target = connection.HostName,
            NextStep = next,
        };

    /// <summary>The host, or a jump host on the way, showed another key than the one on record.</summary>
    public static EtcdException Changed(HostConnection connection, string said, bool onTheWay)
    {
        string shown = Offered().Match(said) is { Success: true } offered
            ? $"it shows the {offered.Groups["type"].Value} key {offered.Groups["print"].Value}"
            : "it shows another key";
        string known = Offending().Match(said) is { Success: true } place
            ? Known(place.Groups["file"].Value, int.Parse(place.Groups["line"].Value, CultureInfo.InvariantCulture))
            : "another one is on record";
        return Changed(connection, shown, known, onTheWay);
    }

    private static EtcdException Changed(HostConnection connection, string shown, string known, bool onTheWay = false) =>
        new(EtcdErrorIds.HostKeyChanged,
            $"{(onTheWay ? "A jump host on the way to " : "")}{connection.HostName} is not the host that it was: {shown}, but {known}.")
        {
            Target = connection.HostName,
            NextStep = "Find out why before anything else: only if the host was installed anew and the fingerprint is its own, "
                + "remove the old line from known_hosts (ssh-keygen -R).",
        };

    private static string Known(string file, int line)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");
        return Fingerprint(file, line) is { } print ? $"{print} is on record in {place}" : $"another one is on record in {place}";
    }

    // A line is: [@marker] names type key [comment]; the fingerprint is of the key as it stands there in base64.
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
            return null; // gone, or no such line: the place alone says enough
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
