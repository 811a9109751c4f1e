# What holds for every cmdlet, and what needs no etcd.
BeforeDiscovery {
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    $commands = Get-Command -Module EtcdAdmin
}

BeforeAll {
    Set-StrictMode -Version Latest
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    $outsideHome = $env:ETCDADMIN_HOME
    $env:ETCDADMIN_HOME = Join-Path $TestDrive 'home'
}

AfterAll { $env:ETCDADMIN_HOME = $outsideHome }

Describe '<_.Name>' -ForEach $commands {
    BeforeAll {
        $command = $_
        $declared = $command.ImplementingType.GetCustomAttributes($true) | Where-Object { $_ -is [Management.Automation.CmdletAttribute] }
        $reads = $command.Verb -in 'Get', 'Find', 'Test', 'Measure', 'Compare', 'Resolve'
    }

    It 'has an approved verb and a singular noun of ours' {
        Get-Verb $command.Verb | Should -Not -BeNullOrEmpty
        $command.Noun | Should -MatchExactly '^Etcd[A-Z]'
        $command.Noun | Should -Not -MatchExactly '(?<!Tl)s$' -Because 'only TLS ends in s, and is no plural'
    }

    It 'asks before it changes anything' {
        $declared.SupportsShouldProcess | Should -Be (-not $reads)
    }

    It 'asks by itself where it can cost data, stops a cluster, or cannot be taken back' -Skip:($_.Verb -in 'Get', 'Find', 'Test', 'Measure', 'Compare', 'Resolve') {
        $declared.ConfirmImpact | Should -Be ($command.Verb -in 'Uninstall', 'Remove', 'Restore', 'Repair', 'Undo', 'Revoke', 'Suspend' -or $command.Name -in 'Convert-EtcdMember', 'Compress-EtcdHistory', 'Disable-EtcdTls' ? 'High' : 'Medium')
    }

    It 'says what it writes' -Skip:($_.Verb -in 'Uninstall', 'Remove') {
        @($command.OutputType.Name | Select-Object -Unique).Count | Should -Be ($command.Name -in 'Save-EtcdSnapshot', 'Convert-EtcdMember', 'Test-EtcdCluster', 'Repair-EtcdMember' ? 2 : 1) -Because 'only what stays on a host, a new authority, the evidence of damage and the line for Nagios are other things'
    }

    It 'takes clusters by object and by name' -Skip:(-not $_.Parameters.ContainsKey('Cluster')) {
        $command.Parameters.Values | Where-Object Name -EQ Cluster | ForEach-Object { $_.ParameterType.Name } |
            Should -BeIn 'ClusterReference'
        $command.Parameters['Cluster'].Attributes | Where-Object { $_ -is [Management.Automation.ArgumentCompleterAttribute] } | ForEach-Object { $_.Type.Name } |
            Should -Be 'ClusterNameCompleter'
    }

    It 'names its parameters in the singular' {
        $own = $command.Parameters.Keys | Where-Object { $_ -notin [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters }

        # A unit is plural; Options is New-PSSession's, and Changes chooses what is watched.
        $own | Where-Object { $_ -cmatch '[^s]s$' -and $_ -cnotmatch '(Bytes|Days)$' -and $_ -notin 'NoTls', 'Options', 'Changes', 'Nagios', 'InstalledAs' } | Should -BeNullOrEmpty
    }

    It 'has help' {
        $help = Get-Help $command.Name

        $help.Name | Should -Be $command.Name
        $help.Synopsis | Should -Not -Match "$($command.Name) .*\[-" -Because 'that would be the syntax, which stands for a missing text'
        foreach ($name in $command.Parameters.Keys) {
            if (-not ($command.Parameters[$name].Attributes | Where-Object { $_ -is [Management.Automation.ParameterAttribute] -and -not $_.DontShow })) { continue }
            if ($name -in [Management.Automation.Cmdlet]::CommonParameters + 'WhatIf' + 'Confirm') { continue }
            (Get-Help $command.Name -Parameter $name).description | Should -Not -BeNullOrEmpty -Because "-$name needs a description"
        }
    }
}

Describe 'Durations' {
    It 'are seconds as a bare number, and never nothing' {
        { Get-EtcdHealth x -Timeout 0 } | Should -Throw '*must be more than 0*'
        { Get-EtcdHealth x -Timeout soon } | Should -Throw '*TimeSpan*'
    }
}

Describe 'What is not a cluster' {
    It 'is not taken for one' {
        { Get-Item . | Get-EtcdHealth -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectNotBound,*'
    }
}

Describe 'Ctrl+C' {
    It 'ends a command at once that waits for a silent server' {
        $silent = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $silent.Start()
        $shell = [powershell]::Create().AddScript("Import-Module '$module/EtcdAdmin.psd1'; Connect-EtcdCluster http://127.0.0.1:$($silent.LocalEndpoint.Port)")
        try {
            $run = $shell.BeginInvoke()
            $accepted = $silent.AcceptTcpClientAsync() # the command is at its work
            $accepted.Wait(30000) | Should -BeTrue

            $took = Measure-Command { $shell.Stop() }

            $took.TotalSeconds | Should -BeLessThan 1
            $run.IsCompleted | Should -BeTrue
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally {
            $shell.Dispose()
            $silent.Stop()
        }
    }
}
