namespace EtcdAdmin.Clusters.Spec;

/// <summary>An unfinished change of how a cluster uses TLS. Enable-EtcdTls and Disable-EtcdTls continue it.</summary>
/// <param name="Lowest">The lowest stage that a member may be in.</param>
/// <param name="Highest">The highest stage that a member may be in.</param>
/// <param name="Target">The stage that the members are being brought to now; it may be one on the way.</param>
public sealed record TlsChange(TlsStage Lowest, TlsStage Highest, TlsStage Target);
