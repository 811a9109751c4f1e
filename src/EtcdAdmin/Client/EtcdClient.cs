using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Client;

/// <summary>The etcd v3 API of one cluster.</summary>
/// <remarks>Safe for use by several threads. Every failure is an <see cref="EtcdRpcException"/>; a call that was cancelled by its token ends with
/// <see cref="OperationCanceledException"/>. Only the client made with the constructor owns connections; the views from <see cref="ForEndpoint"/> and
/// <see cref="WithCalls"/> share them, and disposing a view has no effect.</remarks>
public sealed class EtcdClient : IDisposable
{
    private readonly EtcdConnection _connection;
    private readonly CallSettings _settings;
    private readonly bool _owner;

    /// <summary>Makes a client. Nothing is sent before the first call.</summary>
    /// <exception cref="ArgumentException">The options are invalid: no endpoint, not an http or https URL, a timeout that is not
    /// positive.</exception>
    public EtcdClient(EtcdClientOptions options)
        : this(Checked(options), new EtcdConnection(options), options.Endpoints, new CallSettings(options.CallTimeout, options.Retry), owner: true)
    {
    }

    private EtcdClient(
        EtcdClientOptions options, EtcdConnection connection, IReadOnlyList<Uri> endpoints, CallSettings settings, bool owner)
    {
        Options = options;
        Endpoints = endpoints;
        _connection = connection;
        _settings = settings;
        _owner = owner;
        var caller = new EtcdCaller(connection, new EndpointSet(endpoints), settings);
        Kv = new KvClient(caller);
        Leases = new LeaseClient(caller);
        Watch = new WatchClient(caller);
        Cluster = new ClusterClient(caller);
        Maintenance = new MaintenanceClient(caller);
        Auth = new AuthClient(caller);
        Locks = new LockClient(caller);
        Elections = new ElectionClient(caller);
    }

    /// <summary>The options of the client.</summary>
    public EtcdClientOptions Options { get; }

    /// <summary>The endpoints of this client or view.</summary>
    public IReadOnlyList<Uri> Endpoints { get; }

    /// <summary>Keys and values.</summary>
    public KvClient Kv { get; }

    /// <summary>Leases: their keys are deleted unless the lease is kept alive.</summary>
    public LeaseClient Leases { get; }

    /// <summary>Watches for changes of keys.</summary>
    public WatchClient Watch { get; }

    /// <summary>The cluster's members.</summary>
    public ClusterClient Cluster { get; }

    /// <summary>Status, alarms, defragmentation, hashes, snapshots.</summary>
    public MaintenanceClient Maintenance { get; }

    /// <summary>Authentication, users and roles.</summary>
    public AuthClient Auth { get; }

    /// <summary>Named locks.</summary>
    public LockClient Locks { get; }

    /// <summary>Elections among clients.</summary>
    public ElectionClient Elections { get; }

    /// <summary>The same client for one endpoint, for calls to one member. Shares connections, TLS and token.</summary>
    /// <param name="endpoint">Any http or https client URL; it need not be one of <see cref="Endpoints"/>.</param>
    public EtcdClient ForEndpoint(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        (Options with { Endpoints = [endpoint] }).Check();
        return new EtcdClient(Options, _connection, [endpoint], _settings, owner: false);
    }

    /// <summary>The same client with another call timeout. Shares connections, TLS and token.</summary>
    /// <param name="timeout">See <see cref="EtcdClientOptions.CallTimeout"/>.</param>
    /// <param name="retry">See <see cref="EtcdClientOptions.Retry"/>.</param>
    public EtcdClient WithCalls(TimeSpan? timeout, bool retry)
    {
        (Options with { CallTimeout = timeout }).Check();
        return new EtcdClient(Options, _connection, Endpoints, new CallSettings(timeout, retry), owner: false);
    }

    /// <summary>The facts about an endpoint so far (certificate, clock); null if it has not been reached.</summary>
    /// <param name="endpoint">A client URL.</param>
    public EndpointFacts? FactsOf(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _connection.Transport.Book.Of(endpoint);
    }

    /// <summary>Compares the clock of each endpoint, for <see cref="FactsOf"/>. An endpoint without an answer is skipped.</summary>
    /// <param name="cancellationToken">Cancels the comparison.</param>
    public Task CompareClocksAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(Endpoints.Select(endpoint => _connection.Transport.RecordClockAsync(endpoint, cancellationToken)));

    /// <summary>Reads the certificate of each endpoint on a new connection, for <see cref="FactsOf"/>: an old connection shows the certificate from
    /// when it was made.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal Task LookAtCertificatesAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Endpoints.Select(endpoint => _connection.Transport.LookAtCertificateAsync(endpoint, cancellationToken)));

    /// <summary>The metrics of the first endpoint, in Prometheus text format; null if it does not serve them, for whatever reason.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal Task<string?> ReadMetricsAsync(CancellationToken cancellationToken) =>
        _connection.Transport.ReadPageAsync(Endpoints[0], "/metrics", cancellationToken);

    /// <summary>The metrics of the first endpoint, in Prometheus text format.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">The endpoint cannot be reached, or does not serve them.</exception>
    internal Task<string> GetMetricsAsync(CancellationToken cancellationToken) =>
        _connection.Transport.GetPageAsync(Endpoints[0], "/metrics", cancellationToken);

    /// <summary>The versions that the first endpoint reports at <c>/version</c>; null if it does not.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async Task<ServerVersions?> ReadVersionsAsync(CancellationToken cancellationToken) =>
        ServerVersions.Parse(await _connection.Transport.ReadPageAsync(Endpoints[0], "/version", cancellationToken).ConfigureAwait(false));

    /// <summary>Checks that the first endpoint can be reached, with TLS and HTTP/2 if it is https. No user and no password are sent.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">It cannot be reached, or does not answer.</exception>
    internal Task CheckAsync(CancellationToken cancellationToken) =>
        _connection.Transport.GetPageAsync(Endpoints[0], "/version", cancellationToken);

    /// <summary>API 2 of the first endpoint, which etcd 2.3 has instead of the v3 API.</summary>
    internal Api2Client Api2 => new(_connection.Api2, Endpoints[0], _settings.Timeout);

    /// <summary>Closes all connections; running calls end.</summary>
    public void Dispose()
    {
        if (_owner) _connection.Dispose();
    }

    private static EtcdClientOptions Checked(EtcdClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return options;
    }
}
