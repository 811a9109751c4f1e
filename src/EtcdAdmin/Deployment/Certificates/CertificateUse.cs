namespace EtcdAdmin.Deployment.Certificates;

/// <summary>What a certificate is for.</summary>
public enum CertificateUse
{
    /// <summary>An authority that signs certificates.</summary>
    Authority,

    /// <summary>A member shows it to clients.</summary>
    Server,

    /// <summary>A member shows it to the other members.</summary>
    Peer,

    /// <summary>A client shows it to members.</summary>
    Client,
}
