using System.Management.Automation;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Replaces the list of known weaknesses and of the end of etcd's minor versions with a newer one from a file. Test-EtcdCluster and
/// Test-EtcdUpgrade use it. No network is needed. A file that is not valid, or older than the present list, is refused, and the present list is
/// kept. EtcdAdmin comes with a list; if that of a newer EtcdAdmin is newer than the file, it is used.
/// </summary>
/// <example>
/// <code>Update-EtcdAdvisory ./advisories.json</code>
/// <para>Replaces the list.</para>
/// </example>
/// <example>
/// <code>Update-EtcdAdvisory ./advisories.json -WhatIf</code>
/// <para>Shows what would be replaced.</para>
/// </example>
/// <example>
/// <code>Update-EtcdAdvisory ./advisories.json; Get-EtcdCluster | Test-EtcdCluster -Check Advisories, EndOfLife</code>
/// <para>Replaces the list, then checks all saved clusters with it.</para>
/// </example>
[Cmdlet(VerbsData.Update, "EtcdAdvisory", SupportsShouldProcess = true)]
[OutputType(typeof(ReleaseSupport))]
public sealed class UpdateEtcdAdvisoryCommand : AdminCmdlet
{
    /// <summary>The file, in the format that docs/checks.md describes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        string path = PathOf(Path)!; // null only for null
        if (!await ShouldProcessAsync($"list of advisories in {Admin.Home}", $"Replace with {path}").ConfigureAwait(false)) return;
        await WriteAsync(await ReleaseSupport.ReplaceAsync(Admin.Home, path, Admin.Clock.GetUtcNow(), stop).ConfigureAwait(false))
            .ConfigureAwait(false);
    }
}
