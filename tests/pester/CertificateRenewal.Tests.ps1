# Renewals of certificates by this machine, as operators use them at the prompt: the module, PowerShell and the cluster are real. A stand-in for the
# systemd of a user starts services from their units.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
    $outer = @{ PATH = $env:PATH; HOME = $env:HOME; XDG_RUNTIME_DIR = $env:XDG_RUNTIME_DIR }

    function Set-Tool([string]$Name, [string]$Text) {
        Set-Content "$folder/bin/$Name" "#!/bin/sh`n$Text"
        chmod +x "$folder/bin/$Name"
    }

    if ($IsLinux) {
        New-Item -ItemType Directory "$folder/bin", "$folder/user" | Out-Null
        Set-Tool id 'case "$1" in -un) echo ops ;; *) echo 1000 ;; esac'
        Set-Tool systemctl @"
[ "`$1" = --user ] || exit 9
shift
[ "`$1" != --quiet ] || shift
case `$1 in
    start) eval "`$(sed -n 's/^ExecStart=//p' "`$HOME/.config/systemd/user/`$2")" ;;
    enable) : >'$folder/on' ;;
    disable) rm -f '$folder/on' ;;
    is-enabled) [ ! -e '$folder/on' ] || echo enabled ;;
    is-active) case `$2 in *.timer) [ ! -e '$folder/on' ] || echo active ;; *) echo inactive ;; esac ;;
esac
"@
        $env:PATH = "$folder/bin:$env:PATH"
        $env:HOME = "$folder/user"
        $env:XDG_RUNTIME_DIR = '/nowhere'
    }
    function Get-UserFile { @(Get-ChildItem "$folder/user" -Recurse -File -Force -Filter *renewal*).Count }
}

AfterAll {
    Remove-OwnHome
    foreach ($name in $outer.Keys) { Set-Item "env:$name" $outer[$name] }
}

Describe 'Certificate renewals of this machine' {
    BeforeEach {
        if ($missing) { Set-ItResult -Skipped -Because $missing }
        elseif (-not $IsLinux) { Set-ItResult -Skipped -Because 'the timer needs systemd' }
    }

    It 'shows the steps with -WhatIf, and changes nothing' {
        Get-EtcdCertificateRenewal | Should -BeNullOrEmpty
        Register-EtcdCertificateRenewal demo -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        Get-UserFile | Should -Be 0
        (Get-EtcdCertificateRenewal demo).Registered | Should -BeFalse
    }

    It 'registers nothing if a renewal would not work' {
        $pki = Join-Path $env:ETCDADMIN_HOME clusters/demo/pki
        Rename-Item "$pki/ca.key" elsewhere
        try { { Register-EtcdCertificateRenewal demo -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdCertificateInvalid,*' }
        finally { Rename-Item "$pki/elsewhere" ca.key }
        Get-UserFile | Should -Be 0
    }

    It 'checks without a change, and renews what is due when the timer starts it' {
        $before = (Get-EtcdCertificate demo).Thumbprint
        $renewal = Get-EtcdCluster demo | Register-EtcdCertificateRenewal -At 02:00, 14:00 -WarningVariable warnings -WarningAction SilentlyContinue
        $renewal.Healthy, $renewal.Reason, $renewal.DaysLeft, $renewal.Calendars.Count | Should -Be $true, 'it has not run yet', 30, 2
        "$warnings" | Should -Match 'loginctl enable-linger ops'
        (Get-EtcdCertificate demo).Thumbprint | Should -Be $before
        systemctl --user start etcd-renewal-demo.service | Should -Match '^nothing is due; the next certificate expires on \d{4}-\d\d-\d\d$'
        (Get-EtcdCertificate demo).Thumbprint | Should -Be $before

        Register-EtcdCertificateRenewal demo -DaysLeft 400 -KeepKey -WarningAction SilentlyContinue | Out-Null
        systemctl --user start etcd-renewal-demo.service | Should -Match '^renewed 3 certificates; the next certificate expires on'
        $renewal = Get-EtcdCertificateRenewal demo
        $renewal.Healthy, $renewal.LastResult, $renewal.LastAction | Should -Be $true, $renewal.Reason, $renewal.LastResult
        @((Get-EtcdCertificate demo).Thumbprint | Where-Object { $_ -notin $before }).Count | Should -BeGreaterThan 2
        (Get-EtcdHealth demo).Healthy | Should -Not -Contain $false

        Register-EtcdCertificateRenewal demo -DaysLeft 400 -KeepKey -InformationVariable said 6>$null -WarningAction SilentlyContinue | Out-Null
        "$said" | Should -Be 'Cluster demo already has this renewal; nothing to do.'
    }

    It 'shows a table in 80 columns' {
        $lines = (Get-EtcdCertificateRenewal | Out-String -Width 80) -replace "`e\[[\d;]*m" -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }
        $lines[0] | Should -MatchExactly '^Cluster +Works +DaysLeft +Last \(UTC\) +Next \(UTC\) +Reason$'
        $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual 80 }
    }

    It 'shows why a run could not renew' {
        Stop-EtcdMember demo-1 -Cluster demo -Force -Confirm:$false | Out-Null
        $certificates = Join-Path $env:ETCDADMIN_HOME clusters/demo/pki
        Rename-Item "$certificates/ca.key" elsewhere
        try { systemctl --user start etcd-renewal-demo.service 2>$null }
        finally {
            Rename-Item "$certificates/elsewhere" ca.key
            Start-EtcdMember demo-1 -Cluster demo | Out-Null
        }
        $renewal = Get-EtcdCertificateRenewal demo
        $renewal.Healthy, $renewal.LastResult | Should -Be $false, 'failed'
        $renewal.LastError | Should -Match 'ca\.key'
        $check = Test-EtcdCluster demo | Where-Object Check -EQ CertificateRenewal
        $check.Severity, $check.Evidence | Should -Be Warning, $renewal.Reason
    }

    It 'is removed by its cmdlet, and with the cluster' {
        Unregister-EtcdCertificateRenewal demo | ForEach-Object Registered | Should -BeFalse
        Get-UserFile | Should -Be 0
        Register-EtcdCertificateRenewal demo -WarningAction SilentlyContinue | Out-Null
        Get-UserFile | Should -BeGreaterThan 0
        Uninstall-EtcdCluster demo -RemoveData -Confirm:$false | Out-Null
        Get-UserFile | Should -Be 0
        Get-EtcdCertificateRenewal | Should -BeNullOrEmpty
    }
}
