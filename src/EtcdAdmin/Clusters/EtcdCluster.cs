using EtcdAdmin.Client;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters;

/// <summary>A cluster: how to reach it, and for a managed one what it is meant to be. An immutable value, cheap to pass on.</summary>
/// <remarks>Connections are kept behind it and close by themselves when idle, so nobody disposes anything.</remarks>
public sealed class EtcdCluster
{
    private readonly Lazy<EtcdClient> _client;

    /// <summary>Describes a cluster; nothing is dialled.</summary>
    /// <param name="name">What the operator calls it.</param>
    /// <param name="endpoints">Client URLs, at least one.</param>
    /// <exception cref="ArgumentException">No endpoint.</exception>
    public EtcdCluster(string name, IReadOnlyList<Uri> endpoints)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.Count == 0) throw new ArgumentException("A cluster needs at least one endpoint.", nameof(endpoints));
        Name = name;
        Endpoints = endpoints;
        _client = new Lazy<EtcdClient>(() => new EtcdClient(ClientOptions()));
    }

    /// <summary>What the operator calls it.</summary>
    public string Name { get; }

    /// <summary>The client URLs that are dialled.</summary>
    public IReadOnlyList<Uri> Endpoints { get; }

    /// <summary>What is trusted and shown; null for plaintext clusters.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>User and password; null where a certificate or nothing says who we are. Never saved with the profile.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>What it is meant to be; null for clusters that others installed.</summary>
    public ClusterSpec? Spec { get; init; }

    /// <summary>Why the spec in the profile cannot be used, where there is one: endpoints and certificates are enough to ask the cluster, so that is still possible.</summary>
    internal EtcdException? SpecError { get; init; }

    /// <summary>Whether its hosts are managed from here, so that members can be started, stopped and restored.</summary>
    public bool IsManaged => Spec is not null || SpecError is not null;

    /// <summary>The connection to it, made on first use and shared by all who hold this object.</summary>
    public EtcdClient Client => _client.Value;

    /// <summary>The same cluster for another user; the connections stay behind.</summary>
    /// <param name="credential">User and password; null is nobody.</param>
    public EtcdCluster WithCredential(EtcdCredential? credential) =>
        new(Name, Endpoints) { Tls = Tls, Credential = credential, Spec = Spec, SpecError = SpecError };

    /// <summary>The same cluster with another specification; the connections stay behind.</summary>
    /// <param name="spec">Its endpoints become the cluster's.</param>
    internal EtcdCluster WithSpec(ClusterSpec spec) =>
        new(Name, [.. spec.Members.Select(member => member.ClientUrl(spec.Tls))]) { Tls = Tls, Credential = Credential, Spec = spec };

    /// <summary>The same cluster, asked through other members only.</summary>
    /// <param name="endpoints">Client URLs, at least one.</param>
    internal EtcdCluster Reaching(IReadOnlyList<Uri> endpoints) => new(Name, endpoints) { Tls = Tls, Credential = Credential, Spec = Spec, SpecError = SpecError };

    /// <summary>The spec, or the reason why there is none.</summary>
    /// <exception cref="EtcdException">ClusterNotManaged. ProfileInvalid: the profile has one that cannot be used.</exception>
    public ClusterSpec RequireSpec() => Spec ?? throw SpecError ?? new EtcdException(
        EtcdErrorIds.ClusterNotManaged,
        $"The hosts of cluster '{Name}' are not managed from here, so this cannot be done to it.")
    {
        Target = Name,
        NextStep = "Use a cluster made with Install-EtcdCluster.",
    };

    /// <summary>The error for what needs a cluster whose install has ended.</summary>
    internal EtcdException NotInstalled() => new(
        EtcdErrorIds.SpecInvalid, $"Cluster '{Name}' has never been completely installed.")
    {
        Target = Name,
        NextStep = "Run Install-EtcdCluster again first; it carries on.",
    };

    /// <inheritdoc/>
    public override string ToString() => Name;

    private EtcdClientOptions ClientOptions() => new()
    {
        Endpoints = Endpoints,
        Tls = Tls is null ? null : EtcdTls.FromPem(Tls.CaPem, Tls.CertificatePem, Tls.KeyPem, sources: Tls.Sources),
        Credential = Credential,
    };
}
