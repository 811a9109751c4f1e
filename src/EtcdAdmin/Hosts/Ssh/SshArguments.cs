using System.Globalization;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The arguments of ssh. The first value of a setting wins, so ours stand before the operator's where they must hold.</summary>
internal static class SshArguments
{
    /// <summary>How long a connection that nobody uses stays open: the net under us if we die, and cheap to have again.</summary>
    private const int PersistSeconds = 60;

    /// <summary>Five seconds and three unanswered: a host that is gone is noticed after some 15 seconds. The operator may want it otherwise.</summary>
    private static readonly string[] Alive = ["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"];

    // Nothing of the operator's own sessions belongs into ours; agent forwarding would hand his keys to every host.
    private static readonly string[] Plain =
    [
        "-T", "-x", "-a", "-o", "LogLevel=INFO", "-o", "ClearAllForwardings=yes", "-o", "RemoteCommand=none",
        "-o", "PermitLocalCommand=no", "-o", "Compression=no",
        // A tunnel to a host ends at this machine's own address, and its key counts there as anywhere.
        "-o", "NoHostAuthenticationForLocalhost=no",
    ];

    /// <summary>For a connection of its own that runs one command.</summary>
    public static IReadOnlyList<string> Direct(HostConnection connection, bool acceptNewHostKey, bool password, string command) =>
    [
        "-o", "ControlMaster=no", "-S", "none", .. Connecting(connection, acceptNewHostKey, password),
        "--", connection.HostName, command,
    ];

    /// <summary>For a connection that others use through a socket: it goes to the background as soon as it stands.</summary>
    public static IReadOnlyList<string> Master(
        HostConnection connection, bool acceptNewHostKey, bool password, string socket, string log) =>
    [
        // Without it, what a connection in the background ends of would be lost with its standard error.
        "-E", log, "-N", "-o", "ControlMaster=yes", "-o", $"ControlPersist={PersistSeconds}", "-S", Unexpanded(socket),
        .. Connecting(connection, acceptNewHostKey, password), "--", connection.HostName,
    ];

    /// <summary>For one command over a connection that stands.</summary>
    /// <remarks>Where none does, ssh would make one of its own, without what the master was given: the proxy lets that fail.</remarks>
    public static IReadOnlyList<string> Session(HostConnection connection, string socket, string command) =>
    [
        "-F", "none", "-T", "-o", "ControlMaster=no", "-S", Unexpanded(socket), "-o", "ProxyCommand=false",
        "-o", "BatchMode=yes", "-o", "LogLevel=INFO", "--", connection.HostName, command,
    ];

    /// <summary>For telling a master something: <c>check</c>, <c>exit</c>.</summary>
    public static IReadOnlyList<string> Control(HostConnection connection, string socket, string order) =>
        ["-F", "none", "-S", Unexpanded(socket), "-O", order, "--", connection.HostName];

    /// <summary>For what ssh makes of a connection, without connecting.</summary>
    public static IReadOnlyList<string> Resolve(HostConnection connection) =>
        ["-G", .. Operators(connection), "--", connection.HostName];

    /// <summary>For connecting in the foreground, to do nothing there.</summary>
    public static IReadOnlyList<string> Explain(HostConnection connection, bool password) =>
        Direct(connection, acceptNewHostKey: false, password, command: "exit 0");

    /// <summary>For learning a host's key without being let in: all that ssh says, and no way to prove who we are.</summary>
    public static IReadOnlyList<string> ShowHostKey(HostConnection connection) =>
    [
        "-v", "-N", "-o", "ControlMaster=no", "-S", "none", "-o", "PreferredAuthentications=none", "-o", "LogLevel=DEBUG1",
        .. Connecting(connection, acceptNewHostKey: false, password: false), "--", connection.HostName,
    ];

    private static IEnumerable<string> Connecting(HostConnection connection, bool acceptNewHostKey, bool password)
    {
        double timeout = Math.Ceiling((connection.ConnectingTimeout ?? HostConnection.DefaultConnectingTimeout).TotalSeconds);
        return
        [
            "-o", password ? "BatchMode=no" : "BatchMode=yes",
            "-o", "NumberOfPasswordPrompts=1",
            "-o", acceptNewHostKey ? "StrictHostKeyChecking=accept-new" : "StrictHostKeyChecking=yes",
            "-o", string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={timeout:0}"),
            .. Plain, .. Operators(connection), .. Alive,
        ];
    }

    /// <summary>What the operator said of a connection, but for user and key: as arguments of ssh, or of scp.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="portSwitch">How the program wants the port: ssh as <c>-p</c>, scp as <c>-P</c>.</param>
    public static IEnumerable<string> Given(HostConnection connection, string portSwitch)
    {
        string? port = connection.Port?.ToString(CultureInfo.InvariantCulture);
        foreach ((string option, string? value) in new[] { ("-F", connection.ConfigPath), (portSwitch, port) })
        {
            if (value is null) continue;
            yield return option;
            yield return value;
        }

        foreach ((string name, string value) in connection.Options ?? new Dictionary<string, string>())
        {
            yield return "-o";
            yield return $"{name}={value}";
        }
    }

    private static IEnumerable<string> Operators(HostConnection connection) =>
    [
        .. Given(connection, "-p"),
        .. connection.UserName is { } user ? ["-l", user] : Array.Empty<string>(),
        .. connection.KeyFilePath is { } key ? ["-i", key, "-o", "IdentitiesOnly=yes"] : Array.Empty<string>(),
    ];

    private static string Unexpanded(string path) => path.Replace("%", "%%", StringComparison.Ordinal);
}
