using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Makes the error for ssh's messages when a connection could not be made, or broke.</summary>
/// <remarks>ssh has one exit code for all its failures; the texts are those of OpenSSH 8 to 10 in the C locale.</remarks>
internal static partial class SshFailure
{
    private const int LinesShown = 3;

    /// <summary>The connection could not be made, or the login failed.</summary>
    /// <param name="client">Reads the host's key if ssh has not printed it.</param>
    /// <param name="login">The attempted login.</param>
    /// <param name="output">ssh's standard error.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>HostUnreachable, HostKeyUnknown, HostKeyChanged, HostAuthFailed or SpecInvalid.</returns>
    public static async Task<EtcdException> ToConnectAsync(
        SshClient client, SshLogin login, string output, CancellationToken cancellationToken)
    {
        HostConnection connection = login.Connection;
        if (HostKeyFailure.IsChanged(output)) return HostKeyFailure.Changed(connection, output, IsOnTheWay(output));
        if (HostKeyFailure.IsUnknown(output))
            return await HostKeyFailure.UnknownAsync(client, login, IsOnTheWay(output), cancellationToken).ConfigureAwait(false);
        if (NoKeyFile().Match(output) is { Success: true } missing) return Configuration(connection, missing.Value);
        if (Denied().Match(output) is { Success: true } denied)
            return NotLetIn(login.UsesPassword, IsOnTheWay(output) ? denied.Groups["host"].Value : connection.HostName,
                denied.Groups["user"].Value, denied.Groups["methods"].Value);
        if (output.Contains("Too many authentication failures", StringComparison.Ordinal)) return TooManyKeys(connection);
        if (BadConfiguration().IsMatch(output)) return Configuration(connection, output);
        return Unreachable(connection, output);
    }

    /// <summary>The messages of a failed master, including those of the ssh to a jump host if that is the cause.</summary>
    /// <remarks>ssh discards the latter for a background connection, so the connection is tried again in the foreground.</remarks>
    public static async Task<string> ExplainAsync(SshClient client, SshLogin login, string output, CancellationToken cancellationToken)
    {
        if (!IsOnTheWay(output)) return output;
        var again = new ProcessCommand(client.Program, SshArguments.Explain(login.Connection, login.UsesPassword))
        {
            Environment = login.Environment,
        };
        ProcessResult result = await login.LimitAsync(token => ProcessRunner.RunAsync(again, token), cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? output : result.Error;
    }

    /// <summary>ssh does not accept its configuration.</summary>
    public static EtcdException Configuration(HostConnection connection, string output) =>
        new(EtcdErrorIds.SpecInvalid,
            $"ssh does not accept the settings for {connection.HostName}: {Sentence(output)}")
        {
            Target = connection.HostName,
            NextStep = "Correct the options of the connection or the ssh configuration file.",
        };

    /// <summary>The time limit for connecting passed.</summary>
    public static EtcdException TookTooLong(HostConnection connection, TimeSpan limit, Exception? cause) =>
        new(EtcdErrorIds.HostUnreachable,
            $"Cannot reach {connection}: the login did not complete within {limit.TotalSeconds:0} seconds.", cause)
        {
            Target = connection.HostName,
            NextStep = "Check whether the host is overloaded or its logins hang, or allow more time with -ConnectingTimeout.",
        };

    /// <summary>The connection broke after the script had started.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="output">ssh's message.</param>
    public static EtcdException Lost(HostConnection connection, string output)
    {
        string why = output.Trim().Length > 0 ? Sentence(output, lines: 1) : "ssh ended.";
        return new EtcdException(EtcdErrorIds.ConnectionLost,
            $"The connection to {connection.HostName} broke while a script was running: {why} "
            + "The script may have been completed partly or fully.")
        {
            Target = connection.HostName,
            NextStep = "Run the command again when the host can be reached: it continues from the current state of the host.",
        };
    }

    /// <summary>The host refuses a further session on an existing connection; a separate connection may work.</summary>
    public static bool IsSessionRefused(string output) =>
        output.Contains("Session open refused by peer", StringComparison.Ordinal);

    // The ssh to a jump host failed, so the ssh to the host read nothing and knows no address.
    private static bool IsOnTheWay(string output) => output.Contains("UNKNOWN port 65535", StringComparison.Ordinal);

    /// <summary>The last lines of ssh's messages, as one sentence.</summary>
    internal static string Sentence(string output, int lines = LinesShown)
    {
        IEnumerable<string> shown = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("Warning: Permanently added", StringComparison.Ordinal))
            .Select(line => line.TrimEnd('.'));
        string text = string.Join("; ", shown.TakeLast(lines));
        return text.Length == 0 ? "ssh gave no message." : text + ".";
    }

    /// <summary>The connection could not be made because of the network, the name or the host.</summary>
    public static EtcdException Unreachable(HostConnection connection, string output)
    {
        if (UnknownName().Match(output) is { Success: true } unknown)
        {
            return Unreachable(connection, $"the name {unknown.Groups[1].Value} cannot be resolved",
                "Check the name, or add it to DNS, the hosts file or ~/.ssh/config of this machine.");
        }

        if (NoConnection().Match(output) is not { Success: true } match)
        {
            return Unreachable(connection, Sentence(output).TrimEnd('.'),
                "Check that sshd is running there and accepts connections from this machine.");
        }

        string next = match.Groups[2].Value.Contains("refused", StringComparison.OrdinalIgnoreCase)
            ? "Check that sshd is running there and listens on that port."
            : "Check that the host is up and that no firewall blocks the connection.";
        return Unreachable(connection, match.Groups[1].Value + ": " + match.Groups[2].Value.Trim().TrimEnd('.'), next);
    }

    private static EtcdException Unreachable(HostConnection connection, string why, string next) =>
        new(EtcdErrorIds.HostUnreachable, $"Cannot reach {connection}: {why}.")
        {
            Target = connection.HostName,
            NextStep = next,
        };

    /// <summary>The host, or a jump host, refused the login.</summary>
    /// <param name="usedPassword">Whether a password was tried.</param>
    /// <param name="name">The host.</param>
    /// <param name="user">The user.</param>
    /// <param name="methods">What the host offers, with commas.</param>
    /// <param name="usesAgent">Whether the keys of the agent were tried.</param>
    public static EtcdException NotLetIn(bool usedPassword, string name, string user, string methods, bool usesAgent = true)
    {
        string offers = methods.Replace(",", ", ", StringComparison.Ordinal);
        string tried = usedPassword ? "it accepted neither a key nor the password" : "it accepted none of the keys";
        return new EtcdException(EtcdErrorIds.HostAuthFailed,
            $"{name} refused the login of user {user}: {tried} (it offers: {offers}).")
        {
            Target = name,
            NextStep = usedPassword
                ? "Check the user name and password."
                : "Check the user name. Supply the key with -KeyFilePath, "
                    + (usesAgent
                        ? "load a key with a passphrase into the agent (ssh-add), or supply a password."
                        : "or supply a password. For keys in the agent (ssh-add) use -SshTransport OpenSsh."),
        };
    }

    /// <summary>The host counted too many keys.</summary>
    public static EtcdException TooManyKeys(HostConnection connection) =>
        new(EtcdErrorIds.HostAuthFailed,
            $"{connection.HostName} refused the login: the ssh agent offered more keys than the host accepts (MaxAuthTries).")
        {
            Target = connection.HostName,
            NextStep = "Supply the key to use with -KeyFilePath.",
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
