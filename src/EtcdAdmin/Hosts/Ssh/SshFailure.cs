using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Makes an error of what ssh said when no connection came about, or one broke.</summary>
/// <remarks>ssh has one exit code for all of it; its sentences are those of OpenSSH 8 to 10 in the C locale.</remarks>
internal static partial class SshFailure
{
    private const int LinesShown = 3;

    /// <summary>No connection came about, or the login failed.</summary>
    /// <param name="client">To ask for the host's key where ssh has not said it.</param>
    /// <param name="login">What was tried.</param>
    /// <param name="said">What ssh wrote to standard error.</param>
    /// <param name="cancellationToken">Ends asking.</param>
    /// <returns>HostUnreachable, HostKeyUnknown, HostKeyChanged, HostAuthFailed or SpecInvalid.</returns>
    public static async Task<EtcdException> ToConnectAsync(
        SshClient client, SshLogin login, string said, CancellationToken cancellationToken)
    {
        HostConnection connection = login.Connection;
        if (HostKeyFailure.IsChanged(said)) return HostKeyFailure.Changed(connection, said, IsOnTheWay(said));
        if (HostKeyFailure.IsUnknown(said))
            return await HostKeyFailure.UnknownAsync(client, login, IsOnTheWay(said), cancellationToken).ConfigureAwait(false);
        if (NoKeyFile().Match(said) is { Success: true } missing) return Configuration(connection, missing.Value);
        if (Denied().Match(said) is { Success: true } denied)
            return NotLetIn(login, IsOnTheWay(said) ? denied.Groups["host"].Value : connection.HostName, denied);
        if (said.Contains("Too many authentication failures", StringComparison.Ordinal)) return TooManyKeys(connection);
        if (BadConfiguration().IsMatch(said)) return Configuration(connection, said);
        return Unreachable(connection, said);
    }

    /// <summary>What a failed master said, with what the ssh to a jump host said where that is why.</summary>
    /// <remarks>ssh throws the latter away when it is to stay in the background, so it is asked again in the foreground.</remarks>
    public static async Task<string> ExplainAsync(SshClient client, SshLogin login, string said, CancellationToken cancellationToken)
    {
        if (!IsOnTheWay(said)) return said;
        var again = new ProcessCommand(client.Program, SshArguments.Explain(login.Connection, login.UsesPassword))
        {
            Environment = login.Environment,
        };
        ProcessResult result = await login.LimitAsync(token => ProcessRunner.RunAsync(again, token), cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? said : result.Error;
    }

    /// <summary>ssh does not take what it was configured with.</summary>
    public static EtcdException Configuration(HostConnection connection, string said) =>
        new(EtcdErrorIds.SpecInvalid,
            $"ssh does not take the settings for {connection.HostName}: {Sentence(said)}")
        {
            Target = connection.HostName,
            NextStep = "Correct the options of the connection or the ssh configuration file.",
        };

    /// <summary>The limit for connecting passed.</summary>
    public static EtcdException TookTooLong(HostConnection connection, TimeSpan limit, Exception? cause) =>
        new(EtcdErrorIds.HostUnreachable,
            $"Cannot reach {connection}: it has not let us in within {limit.TotalSeconds:0} seconds.", cause)
        {
            Target = connection.HostName,
            NextStep = "Look whether the host is overloaded or its logins hang, or allow more time with -ConnectingTimeout.",
        };

    /// <summary>The connection broke after the script had begun.</summary>
    /// <param name="connection">To where.</param>
    /// <param name="said">What ssh said about it.</param>
    public static EtcdException Lost(HostConnection connection, string said)
    {
        string why = said.Trim().Length > 0 ? Sentence(said, lines: 1) : "ssh ended.";
        return new EtcdException(EtcdErrorIds.ConnectionLost,
            $"The connection to {connection.HostName} broke in the middle: {why} "
            + "What was under way there may have been done, in part or in full.")
        {
            Target = connection.HostName,
            NextStep = "Run the command again when the host can be reached: it carries on from what it finds.",
        };
    }

    /// <summary>The host takes no further session over a connection that stands; one of its own may do.</summary>
    public static bool IsSessionRefused(string said) =>
        said.Contains("Session open refused by peer", StringComparison.Ordinal);

    // The ssh to a jump host failed, so the one to the host read nothing from it and knows no address.
    private static bool IsOnTheWay(string said) => said.Contains("UNKNOWN port 65535", StringComparison.Ordinal);

    /// <summary>The last lines of what ssh said, as one sentence.</summary>
    internal static string Sentence(string said, int lines = LinesShown)
    {
        IEnumerable<string> told = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("Warning: Permanently added", StringComparison.Ordinal))
            .Select(line => line.TrimEnd('.'));
        string text = string.Join("; ", told.TakeLast(lines));
        return text.Length == 0 ? "it said nothing." : text + ".";
    }

    /// <summary>No connection came about, for a reason of the network, the name or the host.</summary>
    public static EtcdException Unreachable(HostConnection connection, string said)
    {
        if (UnknownName().Match(said) is { Success: true } unknown)
        {
            return Unreachable(connection, $"the name {unknown.Groups[1].Value} is not known",
                "Check the name, or add it to DNS, the hosts file or ~/.ssh/config of this machine.");
        }

        if (NoConnection().Match(said) is not { Success: true } match)
        {
            return Unreachable(connection, Sentence(said).TrimEnd('.'),
                "Check that sshd runs there and takes connections from this machine.");
        }

        string next = match.Groups[2].Value.Contains("refused", StringComparison.OrdinalIgnoreCase)
            ? "Check that sshd runs there and listens on that port."
            : "Check that the host is up and that no firewall stands in between.";
        return Unreachable(connection, match.Groups[1].Value + ": " + match.Groups[2].Value.Trim().TrimEnd('.'), next);
    }

    private static EtcdException Unreachable(HostConnection connection, string why, string next) =>
        new(EtcdErrorIds.HostUnreachable, $"Cannot reach {connection}: {why}.")
        {
            Target = connection.HostName,
            NextStep = next,
        };

    private static EtcdException NotLetIn(SshLogin login, string name, Match denied)
    {
        string offers = denied.Groups["methods"].Value.Replace(",", ", ", StringComparison.Ordinal);
        string tried = login.UsesPassword ? "neither a key nor the password that it was shown" : "none of the keys that it was shown";
        return new EtcdException(EtcdErrorIds.HostAuthFailed,
            $"{name} does not let user {denied.Groups["user"].Value} in: it took {tried} (it offers: {offers}).")
        {
            Target = name,
            NextStep = login.UsesPassword
                ? "Check the user name and the password."
                : "Check the user name; name the key with -KeyFilePath, load one that has a passphrase into the agent (ssh-add), "
                    + "or give a password.",
        };
    }

    private static EtcdException TooManyKeys(HostConnection connection) =>
        new(EtcdErrorIds.HostAuthFailed,
            $"{connection.HostName} does not let us in: the agent holds more keys than the host lets anyone try.")
        {
            Target = connection.HostName,
            NextStep = "Name the key to use with -KeyFilePath.",
        };

    // "Warning: Identity file /home/ops/.ssh/key not accessible: No such file or directory."
    [GeneratedRegex(@"(?<=Warning: )Identity file [^\r\n]+ not accessible: [^\r\n]+")]
    private static partial Regex NoKeyFile();

    // "ops@n1: Permission denied (publickey,password)."
    [GeneratedRegex(@"^(?<user>\S+)@(?<host>\S+): Permission denied \((?<methods>[^)]*)\)", RegexOptions.Multiline)]
    private static partial Regex Denied();

    [GeneratedRegex(@"Could not resolve hostname (\S+?):", RegexOptions.IgnoreCase)]
    private static partial Regex UnknownName();

    // "ssh: connect to host 10.0.0.9 port 22: Connection refused"
    [GeneratedRegex(@"(connect to (?:host|address) \S+ port \d+): ([^\r\n]+)")]
    private static partial Regex NoConnection();

    [GeneratedRegex("""
        Bad\ configuration\ option | Can't\ open\ user\ config\ file | Bad\ owner\ or\ permissions\ on | ^command-line(\ line\ \d+)?:
        | line\ \d+:\ (Bad|Missing|[Uu]nsupported|Invalid|keyword)
        """, RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex BadConfiguration();
}
