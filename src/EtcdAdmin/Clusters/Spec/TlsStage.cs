namespace EtcdAdmin.Clusters.Spec;

/// <summary>How the members of a cluster use TLS. Members of different stages serve together, except that those of <see cref="None"/> can only be
/// together with those of <see cref="Prepared"/>: without certificates they cannot call members that require TLS.</summary>
public enum TlsStage
{
    /// <summary>No TLS: members have no certificates.</summary>
    None,

    /// <summary>No TLS for clients and members, but members have certificates, so that they can call those that require TLS. A member listens with
    /// one scheme on its peer port, but calls others by the scheme of their peer URL.</summary>
    Prepared,

    /// <summary>Clients may use TLS or not, on the same port. Members require it from each other.</summary>
    Optional,

    /// <summary>Clients and members use TLS.</summary>
    Required,
}
