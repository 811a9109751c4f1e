using System.Collections.Concurrent;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Hosts.Ssh;

namespace EtcdAdmin.Hosts.Reaching;

/// <summary>This machine, and hosts through the system's OpenSSH client: one connection for each, kept for the next use.</summary>
/// <remarks>
/// Safe to use from several threads. Connections are made when first needed and close when this is disposed, or a minute after
/// their last use if the process dies. Passwords and accepted host keys hold for this object's life and are never saved.
/// </remarks>
public sealed class HostConnections : IHostProvider, IAsyncDisposable
{
    private readonly ConcurrentDictionary<HostConnection, Lazy<SshHost>> _hosts = new();
    private readonly ConcurrentDictionary<HostConnection, HostTrust> _trust = new();
    private readonly LocalHost _local = new();
    private readonly SshFolder _folder = new();
    private readonly SshClient _client;
    private readonly bool _multiplex;
    private volatile bool _acceptNewHostKeys;

    /// <summary>Starts without any connection.</summary>
    public HostConnections()
        : this(multiplex: !OperatingSystem.IsWindows())
    {
    }

    /// <summary>Starts without any connection.</summary>
    /// <param name="multiplex">False makes a connection per script, as on Windows, whose ssh cannot share one.</param>
    internal HostConnections(bool multiplex)
    {
        _client = new SshClient(_folder);
        _multiplex = multiplex;
    }

    /// <summary>
    /// Hosts whose key this machine does not know are taken as they are, and their keys written to known_hosts. False at first.
    /// A changed key is refused in any case.
    /// </summary>
    public bool AcceptNewHostKeys
    {
        get => _acceptNewHostKeys;
        set => _acceptNewHostKeys = value;
    }

    /// <inheritdoc/>
    /// <exception cref="EtcdException">SpecInvalid: <c>localhost</c> with settings for ssh.</exception>
    public IHost Get(HostConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (!connection.IsLocal) return GetSsh(connection);
        if (connection.Equals(HostConnection.Local)) return _local;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"'{connection}' is this machine, which is not reached by ssh: a user, port, key or option has no meaning.")
        {
            Target = connection.HostName,
            NextStep = "Leave these out, or write 127.0.0.1 to go through ssh.",
        };
    }

    /// <inheritdoc/>
    public async Task<string> ResolveAddressAsync(HostConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.IsLocal ? connection.HostName : (await ResolveAsync(connection, cancellationToken).ConfigureAwait(false)).HostName;
    }

    /// <summary>Takes one host as it is if this machine does not know its key; <see cref="AcceptNewHostKeys"/> does so for all.</summary>
    public void Accept(HostConnection connection) => TrustOf(connection).Accept();

    /// <summary>Gives the passwords for a host; they take the place of earlier ones.</summary>
    public void Remember(HostConnection connection, HostSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        TrustOf(connection).Secrets = secrets;
    }

    /// <summary>Where a connection leads by the ssh configuration: the address behind an alias, the user, the port.</summary>
    /// <param name="connection">Not this machine.</param>
    /// <param name="cancellationToken">Ends asking.</param>
    /// <exception cref="EtcdException">SshNotFound; SpecInvalid: ssh does not take the configuration.</exception>
    public Task<ResolvedHost> ResolveAsync(HostConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return SshResolver.ResolveAsync(_client, connection, cancellationToken);
    }

    /// <summary>How many scripts were sent to a host so far: what an operator far away waits for.</summary>
    /// <param name="connection">Not this machine.</param>
    public int RoundTripsTo(HostConnection connection) => GetSsh(connection).Runs;

    /// <summary>Closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_hosts.Values.Select(host => host.Value.DisposeAsync().AsTask())).ConfigureAwait(false);
        _hosts.Clear();
        _folder.Dispose();
    }

    /// <summary>The folder with the control sockets; made by asking for it.</summary>
    internal string PrivatePath => _folder.Path;

    /// <summary>The host of a connection that is not this machine.</summary>
    internal SshHost GetSsh(HostConnection connection) => _hosts.GetOrAdd(connection, static (key, self) =>
        new Lazy<SshHost>(() => new SshHost(key, self._client, self.TrustOf(key), self._multiplex)), this).Value;

    private HostTrust TrustOf(HostConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return _trust.GetOrAdd(connection, static (_, self) => new HostTrust(() => self._acceptNewHostKeys), this);
    }
}
