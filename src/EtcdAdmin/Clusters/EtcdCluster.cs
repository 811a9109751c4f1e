using EtcdAdmin.Client;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters;

/// <summary>A cluster: its connection, and for a managed cluster its specification. The object does not change when the cluster does.</summary>
/// <remarks>Its connections close by themselves when idle, so it needs no disposal.</remarks>
public sealed class EtcdCluster
{
    private readonly Lazy<EtcdClient> _client;

    /// <summary>Describes a cluster; no connection is made.</summary>
    /// <param name="name">The operator's name for it.</param>
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

    /// <summary>The operator's name for the cluster.</summary>
    public string Name { get; }

    /// <summary>The client URLs.</summary>
    public IReadOnlyList<Uri> Endpoints { get; }

    /// <summary>The TLS settings; null for plaintext clusters.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>User and password; null for a certificate login or none. Never saved with the profile.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>The specification; null for clusters that EtcdAdmin did not install.</summary>
    public ClusterSpec? Spec { get; init; }

    /// <summary>The newest patch version that is known to be available for the cluster, if it is newer than its version; null for none, or if nobody
    /// looked for one. Nothing is updated automatically.</summary>
    public EtcdVersion? AvailableUpdate { get; init; }

    /// <summary>Whether, and until when, the cluster keeps its version; null for no hold.</summary>
    public VersionHold? VersionHold => Spec?.VersionHold;

    /// <summary>Why the profile's specification cannot be used, if so: endpoints and certificates are enough to query the cluster, so that still
    /// works.</summary>
    internal EtcdException? SpecError { get; init; }

    /// <summary>Whether EtcdAdmin manages its hosts, so that members can be started, stopped and restored.</summary>
    public bool IsManaged => Spec is not null || SpecError is not null;

    /// <summary>Whether another tool installed at least one of its members, which Convert-EtcdMember has not converted.</summary>
    public bool IsAdopted => Spec?.Members.Any(member => member.Adopted is not null) == true;

    /// <summary>Whether its members agree on etcd 2.3 or older: then it has API 2 only, also where members run 3.0 already.</summary>
    internal bool IsBefore3
    {
        get => field || Spec?.Version is { Major: < 3 };
        init;
    }

    /// <summary>The connection to it, made on first use and shared by all users of this object.</summary>
    public EtcdClient Client => _client.Value;

    /// <summary>The same cluster with another user, and new connections.</summary>
    /// <param name="credential">User and password; null means no user.</param>
    public EtcdCluster WithCredential(EtcdCredential? credential) =>
        new(Name, Endpoints) { Tls = Tls, Credential = credential, Spec = Spec, SpecError = SpecError, AvailableUpdate = AvailableUpdate };

    /// <summary>The same cluster with an available update, and new connections.</summary>
    /// <param name="update">The version; null for none.</param>
    internal EtcdCluster WithUpdate(EtcdVersion? update) =>
        new(Name, Endpoints) { Tls = Tls, Credential = Credential, Spec = Spec, SpecError = SpecError, AvailableUpdate = update };

    /// <summary>The same cluster with another specification, and new connections.</summary>
    /// <param name="spec">Its endpoints become the cluster's.</param>
    internal EtcdCluster WithSpec(ClusterSpec spec) =>
        new(Name, [.. spec.Members.SelectMany(spec.PossibleClientUrlsOf)]) { Tls = Tls, Credential = Credential, Spec = spec };

    /// <summary>The same cluster as its profile has it now: this object may be older than a change.</summary>
    /// <param name="saved">The profile.</param>
    internal EtcdCluster AsIn(EtcdCluster saved) =>
        new(Name, [.. saved.RequireSpec().Members.SelectMany(saved.RequireSpec().PossibleClientUrlsOf)])
        {
            // The caller's certificate, unless TLS was turned on or off since.
            Tls = Tls is null || saved.Tls is null ? saved.Tls : Tls,
            Credential = Credential,
            Spec = saved.Spec,
        };

    /// <summary>The same cluster with other authorities or another client certificate, and new connections.</summary>
    internal EtcdCluster WithTls(ClusterTls tls) =>
        new(Name, Endpoints) { Tls = tls, Credential = Credential, Spec = Spec, SpecError = SpecError };

    /// <summary>The same cluster, reached only through other members.</summary>
    /// <param name="endpoints">Client URLs, at least one.</param>
    internal EtcdCluster Reaching(IReadOnlyList<Uri> endpoints) =>
        new(Name, endpoints) { Tls = Tls, Credential = Credential, Spec = Spec, SpecError = SpecError };

    /// <summary>The specification.</summary>
    /// <exception cref="EtcdException">ClusterNotManaged. ProfileInvalid: the profile's specification cannot be used.</exception>
    public ClusterSpec RequireSpec() => Spec ?? throw SpecError ?? new EtcdException(
        EtcdErrorIds.ClusterNotManaged,
        $"EtcdAdmin on this machine does not manage the hosts of cluster '{Name}', so this command cannot be used with it.")
    {
        Target = Name,
        NextStep =
            "Run it on the machine from which the cluster was installed with Install-EtcdCluster. For a cluster that was not installed with "
                + "EtcdAdmin, use etcd's own tools.",
    };

    /// <summary>What Get-EtcdHealth says of a cluster that was not installed by EtcdAdmin; null if EtcdAdmin installed all of it.</summary>
    public string? Migration => AdoptedMembers.Migration(Spec);

    /// <summary>Refuses a change of the hosts of a cluster with members that EtcdAdmin did not install.</summary>
    /// <exception cref="EtcdException">MemberNotConverted.</exception>
    internal void RequireConverted()
    {
        if (Spec is { } spec && AdoptedMembers.Refusal(Name, spec.Members) is { } refusal) throw refusal;
    }

    /// <summary>Refuses a change of a cluster whose TLS is being turned on or off.</summary>
    /// <exception cref="EtcdException">TlsChangeUnfinished.</exception>
    internal void RequireNoTlsChange()
    {
        if (Spec?.TlsChange is null) return;
        throw new EtcdException(EtcdErrorIds.TlsChangeUnfinished,
            $"TLS of cluster '{Name}' is being turned on or off, and some members may be configured differently. Nothing was changed.")
        {
            Target = Name,
            NextStep = $"Complete that first with Enable-EtcdTls {Name}, or go back with Disable-EtcdTls {Name}. Then run this command again. "
                + "A member that is lost for good can be removed before (Remove-EtcdMember).",
        };
    }

    /// <summary>Refuses a managed cluster without TLS, which has no authority.</summary>
    /// <exception cref="EtcdException">NotSupported; TlsChangeUnfinished: TLS is being turned on or off.</exception>
    internal void RequireTls()
    {
        RequireNoTlsChange();
        if (RequireSpec().Tls) return;
        throw new EtcdException(EtcdErrorIds.NotSupported, $"Cluster '{Name}' has no TLS, so it has no certificates. Nothing was changed.")
        {
            Target = Name,
            NextStep = $"Turn TLS on first, one member after the other: Enable-EtcdTls {Name}.",
        };
    }

    /// <summary>The error for a command that needs a complete installation.</summary>
    internal EtcdException NotInstalled() => new(
        EtcdErrorIds.SpecInvalid, $"Cluster '{Name}' has not been installed completely.")
    {
        Target = Name,
        NextStep = "Run Install-EtcdCluster again first; it continues the installation.",
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
