namespace EtcdAdmin.Diagnosis.Handshakes;

/// <summary>Whether a server wants certificates of its clients.</summary>
public enum ClientCertificateDemand
{
    /// <summary>Not known: there was no TLS connection.</summary>
    Unknown,

    /// <summary>The server does not ask for one: every client may connect.</summary>
    NotRequested,

    /// <summary>The server asks for one, and answers clients without one too.</summary>
    Optional,

    /// <summary>The server refuses clients without one.</summary>
    Required,
}
