using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Tls;

namespace EtcdAdmin.Deployment.Tls;

/// <summary>What a change of TLS means for clients.</summary>
internal static class TlsWarnings
{
    /// <summary>The warnings.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="spec">Its specification as saved.</param>
    /// <param name="stage">The stage to reach.</param>
    public static IReadOnlyList<string> Of(string cluster, ClusterSpec spec, TlsStage stage) => stage switch
    {
        TlsStage.Prepared => [],
        TlsStage.Optional =>
        [
            $"Clients of cluster '{cluster}' may connect without TLS until Enable-EtcdTls {cluster} is run without -Stage.",
        ],
        TlsStage.Required =>
        [
            $"Clients of cluster '{cluster}' that connect with http:// are refused by each member as soon as it requires TLS: a port has one scheme. "
                + "Clients that know the http:// and the https:// URLs go on at another member. They need the authority"
                + $"{(spec.RequiresClientCertificates ? " and a certificate" : "")} (Export-EtcdCredential)"
                + (TlsRoute.Present(spec).Lowest > TlsStage.None ? "."
                    : $": to make them before, run Enable-EtcdTls {cluster} -Stage Prepared first, or -Stage Optional if the version allows it."),
        ],
        _ =>
        [
            $"Without TLS, everybody on the network can read what clients and members of cluster '{cluster}' send, and every client that reaches the "
                + "members can read and change everything unless authentication is on.",
            $"Clients of cluster '{cluster}' that connect with https:// are refused by each member as soon as it has no TLS.",
        ],
    };
}
