namespace EtcdAdmin.Deployment.Authority;

/// <summary>Which authorities of a cluster are replaced.</summary>
public enum AuthorityUse
{
    /// <summary>All: that of clients, and that of peers if it is a separate one.</summary>
    All,

    /// <summary>Only the authority of clients, where peers have a separate one.</summary>
    Client,

    /// <summary>Only the separate authority of peers.</summary>
    Peer,
}
