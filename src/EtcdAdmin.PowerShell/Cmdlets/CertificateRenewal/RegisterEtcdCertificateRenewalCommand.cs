using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Renewals;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Lets this machine renew the certificates of a cluster in time, with a systemd timer: every day it looks for certificates that are valid for fewer
/// than -DaysLeft days, and renews them as Update-EtcdCertificate does, without a restart of a member.
///
/// The renewal needs the key of the cluster's authority, which is in the profile on this machine. The hosts do not get it: anyone who has it can make
/// certificates for every member and every user. So this machine must run at these times, and must reach all hosts without a question: with a key
/// that needs no passphrase, or an agent that always runs.
///
/// With -OnHost, this machine is not needed: each host renews the certificates of its member, with an authority of its own below the cluster's.
/// Only root can read its key. It may sign certificates only for the names of the host, but client certificates have no host names: anyone with
/// root access to a host can sign one for any user, until that authority expires. The hosts need openssl 1.1.1 or later, and the authority of the
/// cluster must allow others below it (Update-EtcdCertificateAuthority -AllowIntermediate). Run the command again before the authorities of the
/// hosts expire, and after the authority of the cluster was replaced. The operator's own certificate is not renewed by hosts.
///
/// Run as root, the timer is a unit of the system. Run as another user, it is a unit of this user, and systemd stops it at logout unless
/// 'loginctl enable-linger' keeps it running. It uses this PowerShell, this module and this profile. Before the timer is started, the service checks
/// that a renewal would work: if it would not, nothing is registered. Run the command again to change the times, or after an update of PowerShell or
/// the module. Get-EtcdCertificateRenewal shows whether it works.
/// </summary>
/// <example>
/// <code>Register-EtcdCertificateRenewal prod</code>
/// <para>Renews at 03:30 UTC what is valid for fewer than 30 days.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Register-EtcdCertificateRenewal -DaysLeft 60 -At 02:00, 14:00</code>
/// <para>Renews the certificates of all saved clusters early, and tries twice a day.</para>
/// </example>
/// <example>
/// <code>Register-EtcdCertificateRenewal prod -OnHost -ValidDays 30 -DaysLeft 10 -AuthorityDays 180</code>
/// <para>The hosts renew their certificates themselves, for half a year.</para>
/// </example>
/// <example>
/// <code>Register-EtcdCertificateRenewal prod -KeepKey -WhatIf</code>
/// <para>Shows what would be done on this machine for a renewal that keeps the keys of the members.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Register, "EtcdCertificateRenewal", SupportsShouldProcess = true, DefaultParameterSetName = "OnThisMachine")]
[OutputType(typeof(EtcdCertificateRenewal))]
public sealed class RegisterEtcdCertificateRenewalCommand : PlannedCmdlet
{
    private const string HostsSet = "OnHost";

    private static readonly TimeOnly Night = new(3, 30);

    /// <summary>The cluster: an object, or the name of a saved cluster. Its authority's key must be on this machine.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Renews certificates that are valid for fewer days. Default: 30.</summary>
    [Parameter]
    [ValidateRange(1, 3650)]
    public int DaysLeft { get; set; } = CertificateRenewal.UsualDaysLeft;

    /// <summary>The times of day, in UTC. Default: 03:30.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public TimeOnly[]? At { get; set; }

    /// <summary>Lets each host renew the certificates of its member. Default: this machine renews all.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostsSet)]
    public SwitchParameter OnHost { get; set; }

    /// <summary>How long the certificates that hosts issue are valid. Default: 90 days.</summary>
    [Parameter(ParameterSetName = HostsSet)]
    [ValidateRange(2, 3650)]
    public int ValidDays { get; set; } = HostRenewal.UsualValidDays;

    /// <summary>How long the authorities of the hosts are valid, but not longer than that of the cluster. Default: 365 days.</summary>
    [Parameter(ParameterSetName = HostsSet)]
    [ValidateRange(2, 3650)]
    public int AuthorityDays { get; set; } = HostRenewal.UsualAuthorityDays;

    /// <summary>The type of new keys on hosts. Default: ECDSA with P-256.</summary>
    [Parameter(ParameterSetName = HostsSet)]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>
    /// Continues even if a host cannot be managed now, and leaves that host as it is. Without -Force, nothing is changed on any host in this case.
    /// </summary>
    [Parameter(ParameterSetName = HostsSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Keeps the keys that are in use. Default: each renewal makes new keys.</summary>
    [Parameter]
    public SwitchParameter KeepKey { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        if (OnHost)
        {
            await RegisterOnHostsAsync(cluster, stop).ConfigureAwait(false);
            return;
        }

        string module = Path.Combine(MyInvocation.MyCommand.Module.ModuleBase, "EtcdAdmin.psd1");
        var renewal = new CertificateRenewal
        {
            Times = ScheduleTimes.At(At ?? [Night]),
            DaysLeft = DaysLeft,
            Command = RenewalCommand.Of(module, cluster.Name, DaysLeft, KeepKey),
            Check = RenewalCommand.Check(module, cluster.Name),
            Module = module,
        };
        Operation<EtcdCertificateRenewal> operation =
            await new CertificateRenewalScheduler(Admin).PlanRegisterAsync(cluster, renewal, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"Cluster {cluster.Name} already has this renewal; nothing to do.").ConfigureAwait(false);
        if (await CarryOutAnyAsync(operation, stop).ConfigureAwait(false) is { } registered) await WriteAsync(registered).ConfigureAwait(false);
    }

    private async Task RegisterOnHostsAsync(EtcdCluster cluster, CancellationToken stop)
    {
        var renewal = new HostRenewal
        {
            Times = ScheduleTimes.At(At ?? [Night]),
            DaysLeft = DaysLeft,
            ValidDays = ValidDays,
            AuthorityDays = AuthorityDays,
            KeepsKeys = KeepKey,
            KeyAlgorithm = KeyAlgorithm,
            Force = Force,
        };
        Operation<IReadOnlyList<EtcdCertificateRenewal>> operation =
            await new HostRenewalScheduler(Admin).PlanRegisterAsync(cluster, renewal, stop).ConfigureAwait(false);
        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is { } registered) await WritePageAsync(registered).ConfigureAwait(false);
    }
}
