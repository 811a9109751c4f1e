using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Upgrades.Conversion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Converts members that EtcdAdmin did not install, from a package of the distribution, a snap, kubespray, etcdadm or a unit that
/// was written by hand, to members that EtcdAdmin manages. Import the cluster first (Import-EtcdCluster). Data, release, address,
/// settings and certificates of a member stay as they are; its files go to the places of EtcdAdmin, and etcd.service of EtcdAdmin
/// runs it.
///
/// Members are converted one after the other, the next one only when all members serve. For each member, the command moves the
/// leadership away, stops the member, packs configuration, certificates and data into an archive on the host, compares the archive
/// with the files, and reports its SHA-256. Then it moves the data by a rename, translates the settings to etcd.conf.yml, and starts
/// the member. When all members serve, it removes the package and its files, and lists each file as removed or kept. Data,
/// certificates, users and programs without a package are never removed.
///
/// If the converted member does not serve, its old installation is put back and started. After an interruption, run the command
/// again; it continues. Members that no systemd unit runs (static pods of kubeadm, containers) cannot be converted.
///
/// A cluster of etcd 2.3 has no configuration file and no v3 API, so its members get etcd 3.0 with the same restart. Before each member,
/// all must be healthy; after it, its v2 keys are compared with those of the other members. A member that does not serve with etcd 3.0
/// goes back to 2.3 with all its data, until the last member is converted: then all agree on etcd 3.0. Go on with Update-EtcdCluster.
///
/// Certificates are kept as they are. With -NewAuthority, the cluster gets a new certificate authority when all its members are
/// converted, and certificates of it: first all members trust both authorities, then they get new certificates one after the other,
/// then the trust in the old authority is removed. This is a plan of its own, which is shown and confirmed separately. Clients need
/// the new authority and new certificates from then on (Export-EtcdCredential).
/// </summary>
/// <example>
/// <code>Get-EtcdMember prod | Convert-EtcdMember</code>
/// <para>Converts all members of the cluster prod, one after the other.</para>
/// </example>
/// <example>
/// <code>Convert-EtcdMember n1 -Cluster prod -WhatIf</code>
/// <para>Shows the steps for the member n1, and changes nothing.</para>
/// </example>
/// <example>
/// <code>(Convert-EtcdMember n1 -Cluster prod).OldFiles | Where-Object Removed -EQ $false</code>
/// <para>Converts the member n1, and lists the files of the old installation that were kept, with the reason.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember old | Convert-EtcdMember -Package ./etcd-v3.0.17-linux-amd64.tar.gz</code>
/// <para>Brings a cluster of etcd 2.3 to etcd 3.0.17 with the programs in a file.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember prod | Convert-EtcdMember -NewAuthority</code>
/// <para>Converts all members, then replaces the certificate authority of the cluster by a new one.</para>
/// </example>
[Cmdlet(VerbsData.Convert, "EtcdMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdConversion), typeof(EtcdAuthority))]
public sealed class ConvertEtcdMemberCommand : MemberCmdlet
{
    /// <summary>
    /// The file or folder to take etcd from; it must be the release that runs, but for a cluster of etcd 2.3 a release of etcd 3.0. Default: the
    /// host's own programs are copied; for a cluster of etcd 2.3, etcd 3.0 is looked for where Install-EtcdCluster looks.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>
    /// For a cluster of etcd 2.3: the release of etcd 3.0, exactly or as 3.0 for the newest that is available, which is the default. All other
    /// clusters keep their version.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>The folder on each host for the backup archive. Default: /var/backups/etcdadmin.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BackupDirectory { get; set; }

    /// <summary>
    /// Replaces the certificate authority of the cluster by a new one when all its members are converted. All members that are not
    /// converted must be named. An authority of EtcdAdmin is kept.
    /// </summary>
    [Parameter]
    public SwitchParameter NewAuthority { get; set; }

    /// <summary>
    /// Converts a member of a cluster of two voters, which does not serve while its member is stopped. If that is interrupted, start both
    /// members first (Start-EtcdMember), then run the command again.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long a converted member may take to serve: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Each member changes the cluster, so all are known before the first is converted.</summary>
    private protected override bool InOrder => true;

    /// <summary>The leader comes last: each of the others would be converted before leadership has to move.</summary>
    private protected override async Task<IReadOnlyList<string>> OrderAsync(
        EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        string? leader = await Clusters.Members.MemberReader.FindLeaderAsync(cluster, stop).ConfigureAwait(false);
        return [.. members.Distinct(StringComparer.Ordinal).OrderBy(member => member == leader)];
    }

    /// <inheritdoc/>
    private protected override async Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        if (NewAuthority) await ConversionGuard.CheckAuthorityAsync(Admin, cluster, members, stop).ConfigureAwait(false);
        // The next member is not converted if one fails: first it must serve again.
        foreach (string member in await OrderAsync(cluster, members, stop).ConfigureAwait(false))
            await ActAsync(cluster, member, stop).ConfigureAwait(false);
        if (NewAuthority) await ReplaceAuthorityAsync(cluster, stop).ConfigureAwait(false);
    }

    private async Task ReplaceAuthorityAsync(EtcdCluster cluster, CancellationToken stop)
    {
        EtcdCluster saved = (await Admin.Profiles.LoadAsync(cluster.Name, stop).ConfigureAwait(false)).WithCredential(cluster.Credential);
        if (saved.Migration is not null) // with -WhatIf, or the operator said no
        {
            await OnPipelineAsync(() => WriteWarning(
                $"The authority of cluster '{cluster.Name}' is replaced when all its members are converted. Its plan is shown then."))
                .ConfigureAwait(false);
            return;
        }

        var request = new AuthorityRequest { KeepsOwn = true };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdAuthority> operation = await new AuthorityReplacer(Admin).PlanAsync(saved, request, stop).ConfigureAwait(false);
        EtcdAuthority? authority = await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (authority is not null) await WriteAsync(authority).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    private protected override async Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        var request = new ConversionRequest { AllowsInterruption = Force };
        if (Package is not null || Version is not null)
            request = request with { Package = new PackageRequest { Path = PathOf(Package), Version = PackageArguments.Version(Version) } };
        if (BackupDirectory is { } folder) request = request with { BackupDirectory = folder };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdConversion> operation = await new MemberConverter(Admin).PlanAsync(cluster, member, request, stop).ConfigureAwait(false);
        EtcdConversion? converted = await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (converted is not null) await WriteAsync(converted).ConfigureAwait(false);
    }
}
