using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Tls;

/// <summary>The words for the stages of TLS.</summary>
internal static class TlsText
{
    /// <summary>What a restart changes for a member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="stage">The stage that it enters.</param>
    /// <param name="isUp">Whether it had less TLS before.</param>
    public static string Restart(string member, TlsStage stage, bool isUp) => (stage, isUp) switch
    {
        (TlsStage.None, _) => $"Remove TLS from the settings of member {member}, and restart it",
        (TlsStage.Prepared, true) => $"Give member {member} certificates and keys, so that it can call members with TLS, and restart it",
        (TlsStage.Prepared, false) => $"Let clients and members connect to member {member} only without TLS, and restart it",
        (TlsStage.Optional, _) => $"Let members connect to member {member} only with TLS, and clients with or without it, and restart it",
        _ => $"Let clients and members connect to member {member} only with TLS, and restart it",
    };

    /// <summary>The state of a cluster whose members are all in a stage, as the end of a sentence about its members.</summary>
    public static string Of(TlsStage stage) => stage switch
    {
        TlsStage.None => "serve without TLS",
        TlsStage.Prepared => "have certificates and serve without TLS",
        TlsStage.Optional => "require TLS from each other and not from clients",
        _ => "require TLS from clients and from each other",
    };
}
