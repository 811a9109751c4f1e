using System.Collections.Concurrent;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Hosts.Ssh;
using EtcdAdmin.Hosts.SshNet;

namespace EtcdAdmin.Hosts.Reaching;

/// <summary>This machine, and hosts through the system's OpenSSH client or SSH.NET: one connection per host, kept for the next use.</summary>
/// <remarks>Safe for use by several threads. A connection is made when it is first needed. It is closed when this object is disposed, or a minute
/// after its last use if the process dies. Passwords and accepted host keys are kept as long as this object and are never saved.</remarks>
public sealed class HostConnections : IHostProvider, IAsyncDisposable
{
    private readonly ConcurrentDictionary<HostConnection, Lazy<ChosenHost>> _hosts = new();
    private readonly ConcurrentDictionary<HostConnection, HostTrust> _trust = new();
    private readonly LocalHost _local = new();
    private readonly SshFolder _folder = new();
    private readonly SshClient _client;
    private readonly bool _multiplex;
    private readonly TransportChoice _choice;
    private volatile bool _acceptNewHostKeys;

    /// <summary>Starts without connections.</summary>
    public HostConnections()
        : this(multiplex: !OperatingSystem.IsWindows())
    {
    }

    /// <summary>Starts without connections.</summary>
    /// <param name="multiplex">False makes a connection per script, as on Windows, where ssh cannot share one.</param>
    /// <param name="path">The folders to look for the ssh program in; null is PATH.</param>
    internal HostConnections(bool multiplex, string? path = null)
    {
        _client = new SshClient(_folder, path);
        _multiplex = multiplex;
        _choice = new TransportChoice(_client, multiplex, () => Transport);
    }

    /// <summary>Whether unknown host keys are accepted and added to known_hosts. False by default. A changed key is always refused.</summary>
    public bool AcceptNewHostKeys
    {
        get => _acceptNewHostKeys;
        set => _acceptNewHostKeys = value;
    }

    /// <summary>What connects to hosts whose <see cref="HostConnection.Transport"/> is not set. Null takes the variable
    /// <c>ETCDADMIN_SSH_TRANSPORT</c>, and without it the ssh program if there is one that can share a connection, else SSH.NET.</summary>
    public SshTransport? Transport { get; init; }

    /// <inheritdoc/>
    /// <exception cref="EtcdException">SpecInvalid: <c>localhost</c> with ssh settings.</exception>
    public IHost Get(HostConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (!connection.IsLocal) return GetSsh(connection);
        if (connection.Equals(HostConnection.Local)) return _local;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"'{connection}' is this machine, which is used without ssh: a user, port, key or option has no effect.")
        {
            Target = connection.HostName,
            NextStep = "Leave them out, or use 127.0.0.1 to connect through ssh.",
        };
    }

    /// <inheritdoc/>
    public async Task<string> ResolveAddressAsync(HostConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.IsLocal ? connection.HostName : (await ResolveAsync(connection, cancellationToken).ConfigureAwait(false)).HostName;
    }

    /// <summary>Accepts an unknown key of one host; <see cref="AcceptNewHostKeys"/> does so for all hosts.</summary>
    public void Accept(HostConnection connection) => TrustOf(connection).Accept();

    /// <summary>Sets the passwords for a host; they replace earlier ones.</summary>
    public void Remember(HostConnection connection, HostSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        TrustOf(connection).Secrets = secrets;
    }

    /// <summary>The target of a connection in the ssh configuration: the address behind an alias, the user, the port.</summary>
    /// <param name="connection">Not this machine.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdException">SshNotFound; SpecInvalid: ssh does not accept the configuration.</exception>
    public Task<ResolvedHost> ResolveAsync(HostConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return SshResolver.ResolveAsync(_client, connection, cancellationToken);
    }

    /// <summary>The number of scripts sent to a host so far, each a round trip.</summary>
    /// <param name="connection">Not this machine.</param>
    public int RoundTripsTo(HostConnection connection) => GetSsh(connection).Runs;

    /// <summary>Closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_hosts.Values.Select(host => host.Value.DisposeAsync().AsTask())).ConfigureAwait(false);
        _hosts.Clear();
        _folder.Dispose();
    }

    /// <summary>The folder with the control sockets; created on first use.</summary>
    internal string PrivatePath => _folder.Path;

    /// <summary>The host of a connection that is not this machine.</summary>
    internal ChosenHost GetSsh(HostConnection connection) => _hosts.GetOrAdd(connection, static (key, self) =>
        new Lazy<ChosenHost>(() => new ChosenHost(key, token => self.ConnectAsync(key, token))), this).Value;

    private async Task<IRemoteHost> ConnectAsync(HostConnection connection, CancellationToken cancellationToken)
    {
        HostTrust trust = TrustOf(connection);
        SshTransport transport = await _choice.ChooseAsync(
            connection, hasPassword: trust.Secrets?.Password is not null, cancellationToken).ConfigureAwait(false);
        return transport == SshTransport.SshNet
            ? new SshNetHost(connection, _client, trust)
            : new SshHost(connection, _client, trust, _multiplex);
    }

    private HostTrust TrustOf(HostConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return _trust.GetOrAdd(connection, static (_, self) => new HostTrust(() => self._acceptNewHostKeys), this);
    }
}
