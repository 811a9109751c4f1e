using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The steps that make the source a cluster of its own, after its data was kept.</summary>
internal abstract class SourceRebuild
{
    private protected SourceRebuild(RebuildInput input)
    {
        Input = input;
        Host = input.Context.HostOf(Source);
        Service = input.Context.ServiceOf(Source);
        Paths = new RecoveryPaths(Source, input.Stamp);
    }

    /// <summary>What the operator should know before confirming.</summary>
    public abstract IReadOnlyList<string> Warnings { get; }

    /// <summary>The lowest revision that it may have when it serves.</summary>
    public abstract long LeastRevision { get; }

    private protected RebuildInput Input { get; }

    private protected MemberSpec Source => Input.Specs.Source;

    private protected IHost Host { get; }

    private protected IMemberService Service { get; }

    private protected RecoveryPaths Paths { get; }

    private protected EtcdVersion Version => Input.Specs.Final.InstalledVersionOf(Source);

    /// <summary>Prepares the chosen method.</summary>
    /// <exception cref="EtcdException">PackageNotFound: the source's host has no restore tool.</exception>
    public static async Task<SourceRebuild> MakeAsync(RebuildInput input, CancellationToken cancellationToken)
    {
        if (input.Choice.Method == RecoveryMethod.ForceNewCluster) return new ForceNewClusterRebuild(input);
        EtcdVersion version = input.Specs.Final.InstalledVersionOf(input.Specs.Source);
        RestoreTool tool = await RestoreTool.FindAsync(input.Context.HostOf(input.Specs.Source), input.Specs.Source, version, cancellationToken)
            .ConfigureAwait(false);
        return new RestoreRebuild(input, tool);
    }

    /// <summary>Adds the steps; the source is stopped.</summary>
    public abstract void AddTo(PlanBuilder plan, MemberProvisioner provisioner);

    private protected Task RunAsync(string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        Host.RunRequiredAsync(action, new HostScript(script) { Arguments = arguments }, cancellationToken);

    private protected static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The decisions of a rebuild.</summary>
internal sealed record RebuildInput(
    AdminContext Context, EtcdCluster Cluster, RecoveryChoice Choice, RecoverySpecs Specs, string Stamp, TimeSpan Timeout, StoppedMemberData Settled);
