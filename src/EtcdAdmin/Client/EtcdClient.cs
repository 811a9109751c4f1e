using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Client;

/// <summary>The etcd v3 API of one cluster.</summary>
/// <remarks>
/// Safe for use from many threads. Every failure is an <see cref="EtcdRpcException"/>; a call that was cancelled through its token
/// ends with <see cref="OperationCanceledException"/>. Only the client made with the constructor owns connections; the views that
/// <see cref="ForEndpoint"/> and <see cref="WithCalls"/> give share them, and disposing a view does nothing.
/// </remarks>
public sealed class EtcdClient : IDisposable
{
    private readonly EtcdConnection _connection;
    private readonly CallSettings _settings;
    private readonly bool _owner;

    /// <summary>Makes a client. Nothing is sent before the first call.</summary>
    /// <exception cref="ArgumentException">The options can never work: no endpoint, not an http or https URL, a timeout that is not positive.</exception>
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

    /// <summary>What the client was made with.</summary>
    public EtcdClientOptions Options { get; }

    /// <summary>Where this client or view sends calls.</summary>
    public IReadOnlyList<Uri> Endpoints { get; }

    /// <summary>Keys and values.</summary>
    public KvClient Kv { get; }

    /// <summary>Leases: keys that vanish unless somebody keeps them alive.</summary>
    public LeaseClient Leases { get; }

    /// <summary>Watches keys change.</summary>
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

    /// <summary>The same client pinned to one endpoint, for calls that mean one member. Shares connections, TLS and token.</summary>
    /// <param name="endpoint">Any http or https client URL; it need not be one of <see cref="Endpoints"/>.</param>
    public EtcdClient ForEndpoint(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        (Options with { Endpoints = [endpoint] }).Check();
        return new EtcdClient(Options, _connection, [endpoint], _settings, owner: false);
    }

    /// <summary>The same client with another patience. Shares connections, TLS and token.</summary>
    /// <param name="timeout">See <see cref="EtcdClientOptions.CallTimeout"/>.</param>
    /// <param name="retry">See <see cref="EtcdClientOptions.Retry"/>.</param>
    public EtcdClient WithCalls(TimeSpan? timeout, bool retry)
    {
        (Options with { CallTimeout = timeout }).Check();
        return new EtcdClient(Options, _connection, Endpoints, new CallSettings(timeout, retry), owner: false);
    }

    /// <summary>What an endpoint showed of itself so far; null if it has not been reached.</summary>
    /// <param name="endpoint">A client URL.</param>
    public EndpointFacts? FactsOf(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _connection.Transport.Book.Of(endpoint);
    }

    /// <summary>Looks at the clock of each endpoint, for <see cref="FactsOf"/>. An endpoint that does not answer is passed over.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CompareClocksAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(Endpoints.Select(endpoint => _connection.Transport.NoteClockAsync(endpoint, cancellationToken)));

    /// <summary>Looks at the certificate of each endpoint on a connection of its own, for <see cref="FactsOf"/>: one that stands shows what was valid when it was made.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task LookAtCertificatesAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Endpoints.Select(endpoint => _connection.Transport.LookAtCertificateAsync(endpoint, cancellationToken)));

    /// <summary>The metrics of the first endpoint, in the text format of Prometheus; null where it does not serve them.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task<string?> ReadMetricsAsync(CancellationToken cancellationToken) =>
        _connection.Transport.ReadMetricsAsync(Endpoints[0], cancellationToken);

    /// <summary>Ends all connections, and with them calls that are under way.</summary>
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
