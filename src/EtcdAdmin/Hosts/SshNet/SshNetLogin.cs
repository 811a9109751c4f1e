using System.Globalization;
using System.Net;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;
using Renci.SshNet;
using NetClient = Renci.SshNet.SshClient;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>Connects to a host, through its jump hosts.</summary>
internal static class SshNetLogin
{
    // As for ssh: a request every five seconds, three of them unanswered.
    private const int AliveSeconds = 5;
    private const int AliveCount = 3;

    /// <summary>Connects and logs in.</summary>
    /// <param name="client">Reads the configuration.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="trust">The operator's additions.</param>
    /// <param name="cancellationToken">Cancels the login; nothing is left open.</param>
    /// <exception cref="EtcdException">HostUnreachable, HostKeyUnknown, HostKeyChanged, HostAuthFailed, NotSupported or SpecInvalid.</exception>
    public static async Task<SshNetConnection> ConnectAsync(
        Ssh.SshClient client, HostConnection connection, HostTrust trust, CancellationToken cancellationToken)
    {
        IReadOnlyList<SshHop> hops = await SshHop.ResolveAsync(client, connection, cancellationToken).ConfigureAwait(false);
        return await LoginLimit.RunAsync(connection, token => ConnectAsync(connection, hops, trust, token), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SshNetConnection> ConnectAsync(
        HostConnection connection, IReadOnlyList<SshHop> hops, HostTrust trust, CancellationToken cancellationToken)
    {
        var clients = new List<NetClient>();
        try
        {
            (string host, int port) = (hops[0].Host.HostName, hops[0].Host.Port);
            foreach ((int i, SshHop hop) in hops.Index())
            {
                var attempt = new LoginAttempt(hop, trust.AcceptNewHostKey, hop.IsLast ? trust.Secrets?.Password : null);
                clients.Add(await attempt.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false));
                if (!hop.IsLast) (host, port) = Forward(clients[^1], hops[i + 1].Host);
            }

            SshSettings settings = hops[^1].Settings;
            int seconds = Number(settings, "serveraliveinterval", AliveSeconds, connection);
            return new SshNetConnection(clients, connection.HostName, TimeSpan.FromSeconds(seconds),
                Number(settings, "serveralivecountmax", AliveCount, connection));
        }
        catch
        {
            _ = SshNetConnection.CloseAsync(clients);
            throw;
        }
    }

    // SSH.NET offers a forwarded channel as a port of this machine.
    private static (string Host, int Port) Forward(NetClient jump, ResolvedHost host)
    {
        var port = new ForwardedPortLocal(IPAddress.Loopback.ToString(), host.HostName, (uint)host.Port);
        jump.AddForwardedPort(port);
        port.Start();
        return (port.BoundHost, (int)port.BoundPort);
    }

    // ssh's own default, 0, never checks; EtcdAdmin's default applies unless the operator gave a value.
    private static int Number(SshSettings settings, string name, int usual, HostConnection connection)
    {
        bool isGiven = connection.Options?.Keys.Any(option => option.Equals(name, StringComparison.OrdinalIgnoreCase)) is true;
        return int.TryParse(settings[name], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && (number > 0 || isGiven)
            ? number
            : usual;
    }
}
