@{
    # The build replaces this version by that of Directory.Build.props.
    ModuleVersion = '0.0.0'
    GUID = '38c5be5c-6380-4e54-89d7-0d4433fb461f'
    Author = 'EtcdAdmin contributors'
    CompanyName = 'EtcdAdmin contributors'
    Copyright = 'EtcdAdmin contributors. MIT licence.'
    Description = 'Provisions, watches, secures, backs up and restores etcd clusters.'

    # .NET 10 comes with PowerShell 7.6.
    PowerShellVersion = '7.6'
    CompatiblePSEditions = @('Core')

    # The loader comes first: it lets the cmdlets find the core, which stays in a load context of its own.
    NestedModules = @('EtcdAdmin.Loader.dll')
    RootModule = 'EtcdAdmin.PowerShell.dll'
    FormatsToProcess = @(
        'Formats/Adoption.Format.ps1xml'
        'Formats/Check.Format.ps1xml'
        'Formats/Cluster.Format.ps1xml'
        'Formats/Configuration.Format.ps1xml'
        'Formats/Credential.Format.ps1xml'
        'Formats/Diagnosis.Format.ps1xml'
        'Formats/Health.Format.ps1xml'
        'Formats/HealthMonitor.Format.ps1xml'
        'Formats/Host.Format.ps1xml'
        'Formats/Key.Format.ps1xml'
        'Formats/Maintenance.Format.ps1xml'
        'Formats/MaintenanceSchedule.Format.ps1xml'
        'Formats/Member.Format.ps1xml'
        'Formats/Monitoring.Format.ps1xml'
        'Formats/Package.Format.ps1xml'
        'Formats/Plan.Format.ps1xml'
        'Formats/Snapshot.Format.ps1xml'
        'Formats/SnapshotRestore.Format.ps1xml'
        'Formats/SnapshotSchedule.Format.ps1xml'
        'Formats/SnapshotSpace.Format.ps1xml'
        'Formats/SnapshotVerdict.Format.ps1xml'
        'Formats/UpgradeCheck.Format.ps1xml'
    )

    # Named one by one, so that PowerShell finds a command without loading the module.
    CmdletsToExport = @(
        'Add-EtcdMember'
        'Clear-EtcdAlarm'
        'Compare-EtcdSnapshot'
        'Compress-EtcdHistory'
        'Connect-EtcdCluster'
        'Convert-EtcdMember'
        'Convert-EtcdV2Store'
        'Copy-EtcdSnapshot'
        'Export-EtcdCredential'
        'Export-EtcdHealth'
        'Export-EtcdKey'
        'Export-EtcdMonitoring'
        'Export-EtcdReport'
        'Export-EtcdSupportBundle'
        'Find-EtcdCluster'
        'Get-EtcdAlarm'
        'Get-EtcdCluster'
        'Get-EtcdConfiguration'
        'Get-EtcdHealth'
        'Get-EtcdHealthHistory'
        'Get-EtcdHealthMonitor'
        'Get-EtcdHost'
        'Get-EtcdKey'
        'Get-EtcdMaintenanceSchedule'
        'Get-EtcdMember'
        'Get-EtcdMetric'
        'Get-EtcdPackage'
        'Get-EtcdRecoveryCandidate'
        'Get-EtcdRestore'
        'Get-EtcdSnapshot'
        'Get-EtcdSnapshotKey'
        'Get-EtcdSnapshotSchedule'
        'Import-EtcdCluster'
        'Import-EtcdKey'
        'Install-EtcdCluster'
        'Measure-EtcdSnapshot'
        'Move-EtcdData'
        'Move-EtcdLeader'
        'Optimize-EtcdMember'
        'Register-EtcdHealthMonitor'
        'Register-EtcdMaintenanceSchedule'
        'Register-EtcdSnapshotSchedule'
        'Remove-EtcdClusterProfile'
        'Remove-EtcdKey'
        'Remove-EtcdMember'
        'Remove-EtcdSnapshot'
        'Repair-EtcdCluster'
        'Repair-EtcdMember'
        'Repair-EtcdSpace'
        'Resolve-EtcdError'
        'Restart-EtcdMember'
        'Restore-EtcdSnapshot'
        'Save-EtcdPackage'
        'Save-EtcdSnapshot'
        'Set-EtcdConfiguration'
        'Set-EtcdKey'
        'Start-EtcdMember'
        'Stop-EtcdMember'
        'Test-EtcdCluster'
        'Test-EtcdSnapshot'
        'Test-EtcdUpgrade'
        'Undo-EtcdRestore'
        'Uninstall-EtcdCluster'
        'Unregister-EtcdHealthMonitor'
        'Unregister-EtcdMaintenanceSchedule'
        'Unregister-EtcdSnapshotSchedule'
        'Update-EtcdAdvisory'
        'Update-EtcdCluster'
        'Update-EtcdMember'
    )
    FunctionsToExport = @()
    AliasesToExport = @()
    VariablesToExport = @()

    PrivateData = @{
        PSData = @{
            Tags = @('etcd', 'cluster', 'backup', 'restore', 'Linux', 'Windows', 'MacOS', 'PSEdition_Core')
        }
    }
}
