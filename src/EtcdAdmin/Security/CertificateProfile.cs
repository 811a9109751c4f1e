namespace EtcdAdmin.Security;

/// <summary>What a certificate is for; decides its usages.</summary>
public enum CertificateProfile
{
    /// <summary>A member towards its clients: serverAuth and clientAuth.</summary>
    /// <remarks>
    /// clientAuth too, because a member dials itself: its gRPC gateway (the JSON API under <c>/v3/</c>) presents the server
    /// certificate to the member's own client port, and with client-cert-auth a certificate without clientAuth is refused there
    /// (etcd 3.3 to 3.5: "remote error: tls: bad certificate" in the log, again and again, and a gateway that answers nothing).
    /// </remarks>
    Server,

    /// <summary>A member towards the other members, which it both serves and calls: serverAuth and clientAuth.</summary>
    Peer,

    /// <summary>A client: clientAuth alone, so it can never pose as a member.</summary>
    Client,
}
