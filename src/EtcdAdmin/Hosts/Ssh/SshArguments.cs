using System.Globalization;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The arguments of ssh. The first value of a setting wins, so EtcdAdmin's mandatory ones come before the operator's.</summary>
internal static class SshArguments
{
    /// <summary>How long an unused connection stays open: it closes by itself if this process dies, and is cheap to make again.</summary>
    private const int PersistSeconds = 60;

    /// <summary>Three missed replies at five seconds: an unreachable host is detected after about 15 seconds. The operator may override
    /// this.</summary>
    private static readonly string[] Alive = ["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"];

    // Features of the operator's own sessions are turned off; agent forwarding would expose the operator's keys to every host.
    private static readonly string[] Plain =
    [
        "-T", "-x", "-a", "-o", "LogLevel=INFO", "-o", "ClearAllForwardings=yes", "-o", "RemoteCommand=none",
        "-o", "PermitLocalCommand=no", "-o", "Compression=no",
        // A tunnel to a host ends at this machine's own address, and its host key is checked like any other.
        "-o", "NoHostAuthenticationForLocalhost=no",
    ];

    /// <summary>For a separate connection that runs one command.</summary>
    public static IReadOnlyList<string> Direct(HostConnection connection, bool acceptNewHostKey, bool password, string command) =>
    [
        "-o", "ControlMaster=no", "-S", "none", .. Connecting(connection, acceptNewHostKey, password),
        "--", connection.HostName, command,
    ];

    /// <summary>For a connection that others use through a socket: it goes to the background once it is made.</summary>
    public static IReadOnlyList<string> Master(
        HostConnection connection, bool acceptNewHostKey, bool password, string socket, string log) =>
    [
        // Without it, the reason for the end of a background connection would be lost with its standard error.
        "-E", log, "-N", "-o", "ControlMaster=yes", "-o", $"ControlPersist={PersistSeconds}", "-S", Unexpanded(socket),
        .. Connecting(connection, acceptNewHostKey, password), "--", connection.HostName,
    ];

    /// <summary>For one command through an existing connection.</summary>
    /// <remarks>Without one, ssh would make its own connection without the master's settings; the proxy makes that fail.</remarks>
    public static IReadOnlyList<string> Session(HostConnection connection, string socket, string command) =>
    [
        "-F", "none", "-T", "-o", "ControlMaster=no", "-S", Unexpanded(socket), "-o", "ProxyCommand=false",
        "-o", "BatchMode=yes", "-o", "LogLevel=INFO", "--", connection.HostName, command,
    ];

    /// <summary>For an order to a master: <c>check</c>, <c>exit</c>.</summary>
    public static IReadOnlyList<string> Control(HostConnection connection, string socket, string order) =>
        ["-F", "none", "-S", Unexpanded(socket), "-O", order, "--", connection.HostName];

    /// <summary>For the settings of a connection, without connecting.</summary>
    public static IReadOnlyList<string> Resolve(HostConnection connection) =>
        ["-G", .. Operators(connection), "--", connection.HostName];

    /// <summary>For connecting in the foreground without doing anything.</summary>
    public static IReadOnlyList<string> Explain(HostConnection connection, bool password) =>
        Direct(connection, acceptNewHostKey: false, password, command: "exit 0");

    /// <summary>For reading a host's key without logging in: verbose, and without any authentication method.</summary>
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

    /// <summary>The operator's settings of a connection, except user and key: as arguments of ssh or scp.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="portSwitch">The program's switch for the port: ssh <c>-p</c>, scp <c>-P</c>.</param>
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
