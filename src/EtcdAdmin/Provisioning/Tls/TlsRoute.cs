using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Tls;

/// <summary>The stages through which a cluster gets to another use of TLS. All members are in one stage before the first enters the next.</summary>
internal static class TlsRoute
{
    /// <summary>The stages that members may be in now.</summary>
    public static (TlsStage Lowest, TlsStage Highest) Present(ClusterSpec spec) =>
        spec.TlsChange is { } change ? (change.Lowest, change.Highest) : (spec.TlsStage, spec.TlsStage);

    /// <summary>The stages to go through, the wanted one last; none where all members are in it.</summary>
    /// <param name="spec">The specification as saved.</param>
    /// <param name="wanted">The stage to reach.</param>
    public static IReadOnlyList<TlsStage> To(ClusterSpec spec, TlsStage wanted)
    {
        (TlsStage lowest, TlsStage highest) = Present(spec);
        if (lowest == wanted && highest == wanted) return [];
        bool crosses = wanted == TlsStage.None ? highest > TlsStage.Prepared : lowest == TlsStage.None && wanted > TlsStage.Prepared;
        return crosses ? [TlsStage.Prepared, wanted] : [wanted];
    }

    /// <summary>The change to record while members go to a stage.</summary>
    /// <param name="present">The stages that members may be in.</param>
    /// <param name="next">The stage they go to.</param>
    public static TlsChange Towards((TlsStage Lowest, TlsStage Highest) present, TlsStage next) =>
        new((TlsStage)Math.Min((int)present.Lowest, (int)next), (TlsStage)Math.Max((int)present.Highest, (int)next), next);
}
