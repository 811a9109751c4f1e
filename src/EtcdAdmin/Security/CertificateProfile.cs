namespace EtcdAdmin.Security;

/// <summary>The purpose of a certificate; it decides the key usages.</summary>
public enum CertificateProfile
{
    /// <summary>A member's certificate for its clients: serverAuth and clientAuth.</summary>
    /// <remarks>clientAuth is needed because a member dials itself: its gRPC gateway (the JSON API) presents the server certificate to the member's
    /// own client port. With client-cert-auth, a certificate without clientAuth is refused there: the gateway answers every call with code 14, and
    /// the log fills with "incompatible key usage" and "bad certificate" (seen on 3.3.25, 3.4.23, 3.5.16 and 3.5.30; with clientAuth the gateway
    /// works on all four).</remarks>
    Server,

    /// <summary>A member's certificate for the other members, which it serves and calls: serverAuth and clientAuth.</summary>
    Peer,

    /// <summary>A client's certificate: clientAuth alone, so it cannot be used as a member's.</summary>
    Client,
}
